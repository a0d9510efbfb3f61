import { COLOURS, anyColour, contrasting, varied } from './colours.ts';
import type { Random } from '../random.ts';
import {
  any,
  both,
  box,
  corners,
  ellipse,
  polygon,
  stroke,
  without,
  type Layer,
  type Shape,
} from './shape.ts';
import type { Drawing } from './shapes.ts';

/** Everyday things, as one would draw them for a child. */
export const ICONS: Readonly<Record<string, Drawing>> = {
  house: (random) => {
    const wall = anyColour(random);
    const roof = anyColour(random);
    const eave = random.between(0.8, 0.98);
    const top = random.between(-0.25, 0.05);
    const door = random.between(-0.4, 0.1);
    const pane = random.chance(0.5) ? contrasting(wall) : anyColour(random);
    return [
      { shape: box(-0.72, top, 0.72, 0.9), colour: wall },
      { shape: polygon(-eave, top, 0, -0.95, eave, top), colour: roof },
      { shape: box(door, 0.4, door + 0.3, 0.9), colour: contrasting(wall) },
      ...windows(random).map((left) => ({
        shape: box(left, top + 0.15, left + 0.27, top + 0.43),
        colour: pane,
      })),
    ];
  },
  tree: (random) => {
    const crown = varied(random.chance(0.8) ? COLOURS.green : COLOURS.orange, random, 35);
    const trunk: Layer = { shape: box(-0.14, 0.2, 0.14, 0.95), colour: varied(COLOURS.brown, random, 20) };
    const kind = random.pick(['fir', 'round', 'leafy']);
    if (kind === 'round') return [trunk, { shape: ellipse(0, -0.3, 0.65), colour: crown }];
    if (kind === 'fir')
      return [
        trunk,
        {
          shape: any(polygon(0, -0.95, 0.5, -0.2, -0.5, -0.2), polygon(0, -0.6, 0.7, 0.45, -0.7, 0.45)),
          colour: crown,
        },
      ];
    return [
      trunk,
      {
        shape: any(ellipse(0, -0.4, 0.55, 0.52), ellipse(-0.35, -0.05, 0.42), ellipse(0.35, -0.05, 0.42)),
        colour: crown,
      },
    ];
  },
  car: (random) => {
    const body = anyColour(random);
    const wheel = random.between(0.19, 0.25);
    return [
      {
        shape: any(box(-0.97, -0.05, 0.97, 0.35), polygon(-0.6, 0, -0.4, -0.5, 0.35, -0.5, 0.65, 0)),
        colour: body,
      },
      { shape: polygon(-0.42, -0.05, -0.3, -0.38, -0.02, -0.38, -0.02, -0.05), colour: contrasting(body) },
      { shape: polygon(0.06, -0.05, 0.06, -0.38, 0.28, -0.38, 0.46, -0.05), colour: contrasting(body) },
      { shape: any(ellipse(-0.52, 0.36, wheel), ellipse(0.52, 0.36, wheel)), colour: COLOURS.black },
      { shape: any(ellipse(-0.52, 0.36, 0.09), ellipse(0.52, 0.36, 0.09)), colour: COLOURS.grey },
    ];
  },
  clock: (random) => {
    const rim = anyColour(random);
    const face = random.chance(0.8) ? COLOURS.white : varied(COLOURS.yellow, random, 20);
    const hand = (length: number, thick: number): Layer => {
      const angle = random.between(0, 2 * Math.PI);
      return {
        shape: stroke(0, 0, Math.cos(angle) * length, Math.sin(angle) * length, thick),
        colour: COLOURS.black,
      };
    };
    const count = random.pick([4, 12]);
    // Lines, or what numbers look like from afar.
    const [from, to, thick] = random.chance(0.5) ? [0.66, 0.74, 0.07] : [0.63, 0.69, 0.13];
    const marks = Array.from({ length: count }, (_, i) => {
      const [x, y] = [Math.cos((i * 2 * Math.PI) / count), Math.sin((i * 2 * Math.PI) / count)];
      return stroke(x * from, y * from, x * to, y * to, thick);
    });
    const rimmed = random.between(0.8, 0.9);
    return [
      { shape: ellipse(0, 0, 0.96), colour: rim },
      { shape: ellipse(0, 0, rimmed), colour: face },
      { shape: any(...marks), colour: COLOURS.black },
      hand(0.42, 0.12),
      hand(0.62, 0.08),
    ];
  },
  'stop sign': (random) => {
    const turn = Math.PI / 8;
    // Alone, or on a pole: then there is less room for it.
    const reach = random.chance(0.5) ? 1 : random.between(0.5, 0.7);
    const eight = (size: number): Shape => raised(corners(8, size, size, turn), reach);
    const pole: Layer = { shape: box(-0.06, 0, 0.06, 1), colour: varied(COLOURS.grey, random, 40) };
    return [
      ...(reach < 1 ? [pole] : []),
      { shape: eight(1), colour: COLOURS.white },
      { shape: eight(random.between(0.82, 0.94)), colour: varied(COLOURS.red, random, 25) },
      { shape: raised(STOP, reach), colour: COLOURS.white },
    ];
  },
  cup: (random) => {
    const colour = anyColour(random);
    const side = random.chance(0.5) ? 1 : -1;
    const handle = without(ellipse(0.5 * side, 0, 0.42, 0.4), ellipse(0.5 * side, 0, 0.26, 0.24));
    const bottom = random.between(0.36, 0.55);
    return [
      { shape: any(handle, polygon(-0.6, -0.7, 0.6, -0.7, bottom, 0.75, -bottom, 0.75)), colour },
      { shape: ellipse(0, -0.68, 0.58, 0.12), colour: contrasting(colour) },
    ];
  },
  book: (random) => {
    const cover = anyColour(random);
    const lines = [0, 1, 2].map((i) =>
      any(box(-0.7, -0.3 + i * 0.3, -0.2, -0.22 + i * 0.3), box(0.2, -0.3 + i * 0.3, 0.7, -0.22 + i * 0.3)),
    );
    return [
      {
        shape: any(
          polygon(-0.97, -0.6, 0, -0.45, 0, 0.8, -0.97, 0.65),
          polygon(0.97, -0.6, 0, -0.45, 0, 0.8, 0.97, 0.65),
        ),
        colour: cover,
      },
      {
        shape: any(
          polygon(-0.86, -0.66, -0.04, -0.5, -0.04, 0.68, -0.86, 0.54),
          polygon(0.86, -0.66, 0.04, -0.5, 0.04, 0.68, 0.86, 0.54),
        ),
        colour: COLOURS.white,
      },
      { shape: any(...lines), colour: COLOURS.grey },
      { shape: box(-0.04, -0.5, 0.04, 0.75), colour: cover },
    ];
  },
  ball: (random) => {
    const colour = anyColour(random);
    const second = contrasting(colour);
    const whole = ellipse(0, 0, 0.95);
    const seams = any(
      without(ellipse(-0.95, 0, 0.72), ellipse(-0.95, 0, 0.58)),
      without(ellipse(0.95, 0, 0.72), ellipse(0.95, 0, 0.58)),
    );
    const thin = random.between(0.05, 0.1);
    const lines = any(seams, box(-1, -thin, 1, thin), box(-thin, -1, thin, 1));
    return [
      { shape: whole, colour },
      { shape: both(whole, random.chance(0.5) ? seams : lines), colour: second },
    ];
  },
  umbrella: (random) => {
    const colour = anyColour(random);
    const dome = both(ellipse(0, 0, 0.95, 0.85), box(-1, -1, 1, 0));
    const bites = any(...[-0.64, 0, 0.64].map((x) => ellipse(x, 0.02, 0.3, 0.16)));
    const hook = both(without(ellipse(0.16, 0.72, 0.22), ellipse(0.16, 0.72, 0.1)), box(-1, 0.72, 1, 1));
    const stick = any(box(-0.06, -0.1, 0.06, 0.74), hook);
    return [
      { shape: stick, colour: random.chance(0.5) ? COLOURS.brown : colour },
      { shape: without(dome, bites), colour },
      {
        shape: any(stroke(0, -0.85, -0.33, 0, 0.05), stroke(0, -0.85, 0.33, 0, 0.05)),
        colour: contrasting(colour),
      },
    ];
  },
  fish: (random) => {
    const colour = anyColour(random);
    const side = random.chance(0.5) ? 1 : -1;
    const body = ellipse(-0.2 * side, 0, 0.72, random.between(0.38, 0.52));
    return [
      { shape: any(body, polygon(0.3 * side, 0, 0.95 * side, -0.5, 0.95 * side, 0.5)), colour },
      { shape: ellipse(-0.6 * side, -0.12, 0.1), colour: contrasting(colour) },
    ];
  },
  flower: (random) => {
    const petal = anyColour(random);
    const count = random.whole(5, 7);
    const from = random.next();
    const petals = Array.from({ length: count }, (_, i) => {
      const angle = from + (i * 2 * Math.PI) / count;
      return ellipse(Math.cos(angle) * 0.36, -0.32 + Math.sin(angle) * 0.36, 0.26);
    });
    return [
      {
        shape: any(box(-0.06, 0, 0.06, 0.97), ellipse(0.26, 0.6, 0.25, 0.11)),
        colour: varied(COLOURS.green, random, 25),
      },
      { shape: any(...petals), colour: petal },
      {
        shape: ellipse(0, -0.32, 0.22),
        colour: petal[2] < 110 && petal[0] > 200 ? COLOURS.brown : COLOURS.yellow,
      },
    ];
  },
  boat: (random) => {
    const hull = anyColour(random);
    const sail = anyColour(random);
    return [
      { shape: polygon(-0.95, 0.4, 0.95, 0.4, 0.6, 0.85, -0.6, 0.85), colour: hull },
      { shape: box(-0.05, -0.95, 0.04, 0.42), colour: COLOURS.brown },
      { shape: polygon(0.06, -0.9, 0.8, 0.28, 0.06, 0.28), colour: sail },
      { shape: polygon(-0.06, -0.65, -0.65, 0.28, -0.06, 0.28), colour: sail },
    ];
  },
};

/** Smaller, and at the top. */
const raised =
  (shape: Shape, reach: number): Shape =>
  (x, y) =>
    shape(x / reach, (y + 1 - reach) / reach);

const windows = (random: Random): number[] => random.pick([[0.28], [-0.55, 0.28], [-0.55], []]);

/** The four letters, as strokes. */
const STOP = any(
  ...[
    [-0.5, -0.2, -0.66, -0.2],
    [-0.66, -0.2, -0.66, 0],
    [-0.66, 0, -0.5, 0],
    [-0.5, 0, -0.5, 0.2],
    [-0.5, 0.2, -0.66, 0.2],
    [-0.38, -0.2, -0.1, -0.2],
    [-0.24, -0.2, -0.24, 0.2],
    [0.04, -0.2, 0.26, -0.2],
    [0.26, -0.2, 0.26, 0.2],
    [0.26, 0.2, 0.04, 0.2],
    [0.04, 0.2, 0.04, -0.2],
    [0.42, -0.2, 0.42, 0.2],
    [0.42, -0.2, 0.62, -0.2],
    [0.62, -0.2, 0.62, 0],
    [0.62, 0, 0.42, 0],
  ].map(([x1, y1, x2, y2]) => stroke(x1!, y1!, x2!, y2!, 0.09)),
);
