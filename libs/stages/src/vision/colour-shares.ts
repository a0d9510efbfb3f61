import type { Box, Pixels } from '@intermodal/models';
import { nameOfColour } from './colour-names.ts';

/** Below this share a colour is a shadow or a seam. */
const LEAST_SHARE = 0.02;
/** Within a box a thing fills the middle: only what lies in this part of the ellipse that fits the box is looked at. */
const ELLIPSE = 0.8;

/** The colours of a picture, or of what stands in a box of it, the largest share first. */
export function colourShares({ width, height, rgb }: Pixels, box?: Box): { name: string; share: number }[] {
  const counts = new Map<string, number>();
  const within = box ? ellipseIn(box) : () => true;
  const [left, right] = box ? span(box.x, box.width, width) : [0, width];
  const [top, bottom] = box ? span(box.y, box.height, height) : [0, height];
  let all = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      if (!within(x + 0.5, y + 0.5)) continue;
      const at = (y * width + x) * 3;
      const name = nameOfColour(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      all++;
    }
  return [...counts]
    .map(([name, count]) => ({ name, share: Math.round((count / all) * 1000) / 1000 }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.share - a.share);
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
