import type { Random } from '../random.ts';
import { anyColour } from './colours.ts';
import { any, box, corners, ellipse, polygon, stroke, without, type Layer, type Shape } from './shape.ts';

export type Drawing = (random: Random) => readonly Layer[];

const inOneColour =
  (draw: (random: Random) => Shape): Drawing =>
  (random) => [{ shape: draw(random), colour: anyColour(random) }];

/** Plain shapes, in any colour. */
export const SHAPES: Readonly<Record<string, Drawing>> = {
  circle: inOneColour(() => ellipse(0, 0, 0.95)),
  square: inOneColour(() => box(-0.85, -0.85, 0.85, 0.85)),
  rectangle: inOneColour((random) => {
    const short = random.between(0.25, 0.6);
    return random.chance(0.5) ? box(-0.95, -short, 0.95, short) : box(-short, -0.95, short, 0.95);
  }),
  triangle: inOneColour((random) =>
    polygon(random.between(-0.5, 0.5), -0.9, 0.95, random.between(0.6, 0.9), -0.95, random.between(0.6, 0.9)),
  ),
  star: inOneColour((random) => corners(10, 0.98, random.between(0.36, 0.52))),
  heart: inOneColour((random) => {
    const tip = random.between(0.8, 0.95);
    return any(
      ellipse(-0.45, -0.35, 0.47, 0.5),
      ellipse(0.45, -0.35, 0.47, 0.5),
      polygon(-0.87, -0.14, 0, tip, 0.87, -0.14, 0.5, -0.45, -0.5, -0.45),
    );
  }),
  cross: inOneColour((random) => {
    const thick = random.between(0.18, 0.36);
    return any(box(-0.9, -thick, 0.9, thick), box(-thick, -0.9, thick, 0.9));
  }),
  arrow: inOneColour((random) => {
    const shaft = random.between(0.13, 0.28);
    const head = random.between(0.5, 0.75);
    const neck = random.between(-0.05, 0.3);
    const at = [-0.95, -shaft, neck, -shaft, neck, -head, 0.95, 0, neck, head, neck, shaft, -0.95, shaft];
    const flip = random.chance(0.5) ? -1 : 1;
    return polygon(...at.map((it, i) => (i % 2 === 0 ? it * flip : it)));
  }),
  moon: inOneColour((random) => {
    const shift = random.between(0.35, 0.55) * (random.chance(0.5) ? 1 : -1);
    return without(ellipse(0, 0, 0.95), ellipse(shift, random.between(-0.2, 0.1), 0.8));
  }),
  cloud: inOneColour((random) =>
    any(
      ellipse(-0.5, 0.15, 0.45, 0.4),
      ellipse(random.between(-0.15, 0.05), -0.2, 0.5, 0.48),
      ellipse(0.5, 0.1, 0.42, random.between(0.35, 0.45)),
      box(-0.5, 0.15, 0.5, 0.53),
    ),
  ),
  sun: inOneColour((random) => {
    const rays = random.pick([8, 10, 12]);
    const from = random.next();
    const lines = Array.from({ length: rays }, (_, i) => {
      const angle = from + (i * 2 * Math.PI) / rays;
      const [x, y] = [Math.cos(angle), Math.sin(angle)];
      return stroke(x * 0.4, y * 0.4, x * 0.9, y * 0.9, 0.14);
    });
    return any(ellipse(0, 0, 0.52), ...lines);
  }),
  key: inOneColour((random) => {
    const teeth = random.whole(2, 3);
    const bits = Array.from({ length: teeth }, (_, i) => box(0.85 - i * 0.25, 0, 0.97 - i * 0.25, 0.4));
    const ring = without(ellipse(-0.58, 0, 0.38), ellipse(-0.58, 0, 0.18));
    return any(ring, box(-0.25, -0.1, 0.97, 0.1), ...bits);
  }),
};
