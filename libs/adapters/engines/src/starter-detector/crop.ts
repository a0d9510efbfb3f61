import type { Pixels } from '@intermodal/models';
import type { Patch } from './propose.ts';

/** What the network sees of a patch: its colours on grey, and where it is, on a square of this edge. */
export const CROP_EDGE = 32;
export const CROP_CHANNELS = 4;
export const CROP_VALUES = CROP_CHANNELS * CROP_EDGE * CROP_EDGE;
/** Of the patch's longer edge, on every side. */
const MARGIN = 0.06;
/** Points a side that are averaged for one value, so that a large patch does not lose its thin lines. */
const POINTS = 3;

/** Writes the crop of a patch at `at`: red, green, blue as -1..1 with 0 outside the patch, then 1 inside. */
export function writeCrop(image: Pixels, { box, mask }: Patch, target: Float32Array, at: number): void {
  const edge = Math.max(box.width, box.height) * (1 + 2 * MARGIN);
  const left = box.x + box.width / 2 - edge / 2;
  const top = box.y + box.height / 2 - edge / 2;
  const plane = CROP_EDGE * CROP_EDGE;
  const step = edge / CROP_EDGE / POINTS;
  const share = 1 / (POINTS * POINTS);
  target.fill(0, at, at + CROP_VALUES);
  for (let i = 0; i < plane * POINTS * POINTS; i++) {
    const column = i % (CROP_EDGE * POINTS);
    const row = (i - column) / (CROP_EDGE * POINTS);
    const x = Math.floor(left + (column + 0.5) * step);
    const y = Math.floor(top + (row + 0.5) * step);
    if (x < box.x || y < box.y || x >= box.x + box.width || y >= box.y + box.height) continue;
    if (!mask[(y - box.y) * box.width + x - box.x]) continue;
    const cell = at + Math.floor(row / POINTS) * CROP_EDGE + Math.floor(column / POINTS);
    for (let channel = 0; channel < 3; channel++)
      target[cell + channel * plane]! +=
        (image.rgb[(y * image.width + x) * 3 + channel]! / 127.5 - 1) * share;
    target[cell + 3 * plane]! += share;
  }
}
