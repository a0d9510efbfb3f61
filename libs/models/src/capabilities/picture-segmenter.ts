import { defineCapability } from '../capability.ts';
import type { Pixels } from './image-tools.ts';

export interface Segmentation {
  /** Of the map: as fine as the engine sees, which need not be as fine as the picture. */
  readonly width: number;
  readonly height: number;
  /** Row by row from the top left: which of the segments each place belongs to; -1 where that is not told. */
  readonly places: Int32Array;
  /** Their labels. Several may have one: then they are things of one kind, each by itself. */
  readonly segments: readonly string[];
}

/** Says of every place of a picture what it belongs to. */
export interface PictureSegmenter {
  /** Longer edges are of no use to it, pixels. */
  readonly maxEdge: number;
  readonly labels: readonly string[];
  segment(picture: Pixels, options: { signal: AbortSignal }): Promise<Segmentation>;
}

export const PictureSegmenter = defineCapability<PictureSegmenter>('PictureSegmenter');
