import { Qwen2VLImageProcessor, type Processor } from '@huggingface/transformers';
import type { Device, Pixels } from '@intermodal/models';
import { RunnerFault } from '../../hosts/runner.ts';

/**
 * Of one picture. Qwen's own settings allow 16,384: each of four times as many patches looks at all others with 16 heads, for which the
 * network that sees would need 270 GB. On a card those here need 1.7 GB. On a processor it is time that is short:
 * Qwen2-VL-2B computes for some 20 s on four cores before its first word.
 */
const MOST_TOKENS: Readonly<Record<Device, number>> = { cpu: 512, cuda: 1_280 };
/** The library makes no grid of what is longer. */
const MOST_TIMES_AS_LONG = 200;

type Grid = Qwen2VLImageProcessor & { min_pixels?: number; max_pixels?: number };

/**
 * Makes what sees a picture as a grid shrink it so that it is a bounded number of tokens.
 * @throws RunnerFault `model.invalid` where it is no such thing
 */
export function boundGrid(seeing: Processor['image_processor'], device: Device): void {
  if (!(seeing instanceof Qwen2VLImageProcessor))
    throw new RunnerFault(
      'model.invalid',
      'cannot be opened: image_processor_type in its preprocessor_config.json is to be Qwen2VLImageProcessor.',
    );
  const grid: Grid = seeing;
  const most = MOST_TOKENS[device] * (grid.patch_size * grid.merge_size) ** 2;
  grid.max_pixels = Math.min(grid.max_pixels ?? most, most);
  if (grid.min_pixels !== undefined) grid.min_pixels = Math.min(grid.min_pixels, most);
}

/** @throws RunnerFault `media.limit` for a picture that is a line */
export function checkShape({ width, height }: Pixels): void {
  if (Math.max(width, height) <= MOST_TIMES_AS_LONG * Math.min(width, height)) return;
  throw new RunnerFault(
    'media.limit',
    `sees pictures that are ${MOST_TIMES_AS_LONG} times as long as wide at most, and this one has ${width} x ${height} pixels: give it a part of it.`,
  );
}
