import type { Pixels } from '@intermodal/models';

const GREY = 128;

/** The picture in the top left corner of a grey square. */
export function squared({ width, height, rgb }: Pixels): Pixels {
  const edge = Math.max(width, height);
  const square = new Uint8Array(3 * edge * edge).fill(GREY);
  for (let row = 0; row < height; row++)
    square.set(rgb.subarray(3 * row * width, 3 * (row + 1) * width), 3 * row * edge);
  return { width: edge, height: edge, rgb: square };
}
