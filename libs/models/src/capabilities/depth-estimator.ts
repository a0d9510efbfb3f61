import { defineCapability } from '../capability.ts';
import type { Pixels } from './image-tools.ts';

/** How near everything in a picture is, compared with the rest of it. */
export interface Depths {
  /** Of the map: as fine as the engine sees, which need not be as fine as the picture. */
  readonly width: number;
  readonly height: number;
  /** Row by row from the top left: 0 is what is farthest in this picture, 1 what is nearest; all 0 where everything is as far. */
  readonly nearness: Float32Array;
}

export interface DepthEstimator {
  /** Longer edges are of no use to it, pixels. */
  readonly maxEdge: number;
  estimate(picture: Pixels, options: { signal: AbortSignal }): Promise<Depths>;
}

export const DepthEstimator = defineCapability<DepthEstimator>('DepthEstimator');
