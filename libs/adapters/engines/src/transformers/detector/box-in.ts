import type { Box, Pixels } from '@intermodal/models';
import type { Detected } from './detector.ts';

/** The part of a found thing that is within the picture, in its pixels. */
export function boxIn(
  { width, height }: Pick<Pixels, 'width' | 'height'>,
  { centre, size }: Pick<Detected, 'centre' | 'size'>,
): Box {
  const edge = (place: number, most: number): number => Math.min(most, Math.max(0, place * most));
  const x = edge(centre[0] - size[0] / 2, width);
  const y = edge(centre[1] - size[1] / 2, height);
  return {
    x,
    y,
    width: edge(centre[0] + size[0] / 2, width) - x,
    height: edge(centre[1] + size[1] / 2, height) - y,
  };
}
