import type { Random } from '../random.ts';
import type { Colour } from './shape.ts';

export const COLOURS = {
  red: [214, 35, 40],
  orange: [240, 135, 25],
  yellow: [245, 210, 40],
  green: [40, 150, 65],
  blue: [35, 80, 200],
  purple: [125, 50, 160],
  pink: [240, 125, 175],
  brown: [125, 75, 35],
  black: [25, 25, 28],
  grey: [125, 128, 132],
  white: [248, 248, 248],
  turquoise: [45, 180, 185],
} as const satisfies Record<string, Colour>;

export const anyColour = (random: Random): Colour => varied(random.pick(Object.values(COLOURS)), random, 18);

/** Nobody's red is quite the same. */
export function varied(colour: Colour, random: Random, by: number): Colour {
  const [red, green, blue] = colour.map((it) => Math.min(Math.max(it + random.between(-by, by), 0), 255));
  return [red!, green!, blue!];
}

/** In the channel where they differ most. */
export const distance = (a: Colour, b: Colour): number => Math.max(...a.map((it, i) => Math.abs(it - b[i]!)));

/** Dark on light, light on dark. */
export const contrasting = (colour: Colour): Colour =>
  colour[0] * 0.3 + colour[1] * 0.59 + colour[2] * 0.11 > 140 ? COLOURS.black : COLOURS.white;
