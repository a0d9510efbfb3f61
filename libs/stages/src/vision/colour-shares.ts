import type { Box, Pixels } from '@intermodal/models';
import { nameOfColour } from './colour-names.ts';

export interface Share {
  readonly name: string;
  readonly share: number;
}

/** Below this share a colour is a shadow or a seam. */
const LEAST_SHARE = 0.02;
/** Within a box a thing fills the middle: only what lies in this part of the ellipse that fits the box is looked at. */
const ELLIPSE = 0.8;
/** Around a box, the band in which its surroundings are looked at, as a part of its size. */
const BAND = 0.15;

/** The colours of a picture, the largest share first. */
export function colourShares(pixels: Pixels): Share[] {
  return sharesOf(countIn(pixels, { x: 0, y: 0, width: pixels.width, height: pixels.height }, () => true));
}

/**
 * The colours of what stands in a box, the largest share first. Through a bicycle one sees the wall behind it: so what also
 * stands around the box is taken off, as far as there is as much of it, unless nothing else would be left.
 */
export function coloursWithin(pixels: Pixels, box: Box): Share[] {
  const inside = sharesOf(countIn(pixels, box, ellipseIn(box)));
  const band = { x: box.width * BAND, y: box.height * BAND };
  const wide = {
    x: box.x - band.x,
    y: box.y - band.y,
    width: box.width + 2 * band.x,
    height: box.height + 2 * band.y,
  };
  const outside = (x: number, y: number) =>
    x < box.x || x > box.x + box.width || y < box.y || y > box.y + box.height;
  const around = new Map(sharesOf(countIn(pixels, wide, outside)).map(({ name, share }) => [name, share]));
  const own = inside
    .map(({ name, share }) => ({ name, share: Math.max(0, share - (around.get(name) ?? 0)) }))
    .filter(({ share }) => share > 0);
  const left = own.reduce((sum, { share }) => sum + share, 0);
  if (left < LEAST_OWN) return inside;
  return sharesOf(new Map(own.map(({ name, share }) => [name, share])));
}

/** With less than this left, a thing has the colours of its surroundings. */
const LEAST_OWN = 0.1;

function sharesOf(counts: ReadonlyMap<string, number>): Share[] {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts]
    .map(([name, count]) => ({ name, share: Math.round((count / all) * 1000) / 1000 }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.share - a.share);
}

function countIn(
  { width, height, rgb }: Pixels,
  box: Box,
  isWanted: (x: number, y: number) => boolean,
): Map<string, number> {
  const counts = new Map<string, number>();
  const [left, right] = span(box.x, box.width, width);
  const [top, bottom] = span(box.y, box.height, height);
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      if (!isWanted(x + 0.5, y + 0.5)) continue;
      const at = (y * width + x) * 3;
      const name = nameOfColour(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  return counts;
}

/** At least one pixel of the picture, however small or far out the box is. */
function span(from: number, length: number, size: number): [number, number] {
  const first = Math.min(size - 1, Math.max(0, Math.floor(from)));
  return [first, Math.max(first + 1, Math.min(size, Math.ceil(from + length)))];
}

function ellipseIn(box: Box): (x: number, y: number) => boolean {
  // Of a box of a few pixels all of them count.
  if (Math.min(box.width, box.height) < 4) return () => true;
  const [centreX, centreY] = [box.x + box.width / 2, box.y + box.height / 2];
  const [radiusX, radiusY] = [(box.width / 2) * ELLIPSE, (box.height / 2) * ELLIPSE];
  return (x, y) => ((x - centreX) / radiusX) ** 2 + ((y - centreY) / radiusY) ** 2 <= 1;
}
