import type { Box as PlainBox, ImageTools, Pixels } from '@intermodal/models';
import { z } from 'zod';

/** A rectangle in pixels of the picture as shown; x and y are its top left corner. */
export const Box = z.object({
  x: z.number().int().describe('Pixels from the left'),
  y: z.number().int().describe('Pixels from the top'),
  width: z.number().int(),
  height: z.number().int(),
});

/** More than any network that we have sees, and little enough for the memory of many workers. */
const MAX_EDGE = 1280;

export interface Look {
  readonly pixels: Pixels;
  /** Of the picture as shown. */
  readonly width: number;
  readonly height: number;
  /** A box in `pixels` as a box in the picture. */
  inPicture(box: PlainBox): PlainBox;
}

/** A picture at a size that suits networks, and the way back to its own. */
export async function lookAt(
  images: ImageTools,
  path: string,
  signal: AbortSignal,
  maxEdge: number = MAX_EDGE,
): Promise<Look> {
  const { width, height } = await images.probe(path, { signal });
  const pixels = await images.pixels(path, { maxEdge, signal });
  const across = width / pixels.width;
  const down = height / pixels.height;
  return {
    pixels,
    width,
    height,
    inPicture(box) {
      // Each edge is rounded, and not the size: so that boxes which meet still meet.
      const x = Math.round(box.x * across);
      const y = Math.round(box.y * down);
      const right = Math.min(Math.round((box.x + box.width) * across), width);
      const bottom = Math.min(Math.round((box.y + box.height) * down), height);
      return { x, y, width: right - x, height: bottom - y };
    },
  };
}
