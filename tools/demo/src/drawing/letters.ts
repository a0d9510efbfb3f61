import type { Point, Shape } from './canvas.ts';
import { line } from './shapes.ts';

/** Capitals, digits and a little more, as lines: no font can be relied upon to be installed. */
export function letters(text: string, at: { x: number; y: number; height: number; bold?: boolean }): Shape[] {
  const unit = at.height / GRID_HEIGHT;
  const thickness = (at.bold ? 1.7 : 1.1) * unit;
  let x = at.x;
  return [...text].flatMap((letter) => {
    const strokes = glyphOf(letter).map((points) =>
      line(thickness, ...points.map(([px, py]): Point => [x + px * unit, at.y + py * unit])),
    );
    x += advance(letter) * unit;
    return strokes;
  });
}

/** Where to begin so that the middle of the text is at `x`. */
export const centred = (text: string, x: number, height: number): number =>
  x - (([...text].reduce((sum, letter) => sum + advance(letter), 0) - SPACING) * height) / GRID_HEIGHT / 2;

const GRID_HEIGHT = 8;
const SPACING = 2.6;

/**
 * Each word is one line through points on a grid of 6 by 8: two digits are x and y, y downwards. With ~ before it, the line
 * is bent smoothly and touches only its ends and the middles between its points.
 */
const GLYPHS: Record<string, string> = {
  A: '08 30 68|15 55',
  B: '00 08|~00 30 50 54 34 04|~04 34 64 68 38 08',
  C: '~62 60 00 08 68 66',
  D: '00 08|~00 20 60 68 28 08',
  E: '50 00 08 58|04 44',
  F: '50 00 08|04 44',
  G: '~62 60 00 08 68 64|34 64',
  H: '00 08|60 68|04 64',
  I: '00 08',
  J: '~40 46 48 08 06',
  K: '00 08|60 05|23 68',
  L: '00 08 58',
  M: '08 00 36 60 68',
  N: '08 00 68 60',
  O: '~00 60 68 08 00',
  P: '08 00|~00 40 60 64 44 04',
  Q: '~00 60 68 08 00|46 68',
  R: '08 00|~00 40 60 64 44 04|34 68',
  S: '~62 60 00 04 64 68 08 06',
  T: '00 60|30 38',
  U: '~00 04 08 68 64 60',
  V: '00 38 60',
  W: '00 18 32 58 60',
  X: '00 68|60 08',
  Y: '00 34 60|34 38',
  Z: '00 60 08 68',
  0: '~00 50 58 08 00',
  1: '02 20 28',
  2: '~02 00 50 54 08|08 58',
  3: '~01 00 50 54 24|~24 54 58 08 07',
  4: '48 40 06 66',
  5: '50 00 03|~03 53 58 08 07',
  6: '~50 00 06|~04 54 58 08 04',
  7: '00 50 18',
  8: '~00 50 54 04 00|~04 54 58 08 04',
  9: '~00 50 54 04 00|~52 58 08',
  '.': '08 08',
  ':': '03 03|07 07',
  '-': '04 34',
  '!': '00 05|08 08',
};

const glyphOf = (letter: string): Point[][] =>
  (GLYPHS[letter] ?? '').split('|').filter(Boolean).map(pointsOf);

function pointsOf(stroke: string): Point[] {
  const points = [...stroke.matchAll(/(\d)(\d)/g)].map(([, x, y]): Point => [Number(x), Number(y)]);
  return stroke.startsWith('~') ? smooth(smooth(smooth(points))) : points;
}

/** Cuts each corner at a quarter (Chaikin); what begins and ends at one point has a corner there too. */
function smooth(points: readonly Point[]): Point[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  const closed = first[0] === last[0] && first[1] === last[1];
  const cut = points.slice(1).flatMap((to, i): Point[] => {
    const from = points[i]!;
    const between = (share: number): Point => [
      from[0] + share * (to[0] - from[0]),
      from[1] + share * (to[1] - from[1]),
    ];
    return [between(0.25), between(0.75)];
  });
  return closed ? [...cut, cut[0]!] : [first, ...cut.slice(1, -1), last];
}

function advance(letter: string): number {
  if (letter === ' ') return 5;
  return Math.max(0, ...glyphOf(letter).flatMap((points) => points.map(([x]) => x))) + SPACING;
}
