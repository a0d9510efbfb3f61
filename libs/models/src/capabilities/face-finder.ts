import { defineCapability } from '../capability.ts';
import type { Box, Pixels } from './image-tools.ts';

export interface FoundFace {
  /** 0..1 */
  readonly score: number;
  readonly box: Box;
}

export interface FaceFinder {
  /** Finds faces, the surest first. Does not say whose they are. */
  find(image: Pixels, options: { signal: AbortSignal }): Promise<readonly FoundFace[]>;
}

export const FaceFinder = defineCapability<FaceFinder>('FaceFinder');
