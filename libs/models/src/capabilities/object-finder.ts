import { defineCapability } from '../capability.ts';
import type { Pixels } from './image-tools.ts';
import type { DetectedObject } from './object-detector.ts';

/** Finds what it is asked for, by words. */
export interface ObjectFinder {
  /** Longer edges are of no use to it, pixels. */
  readonly maxEdge: number;
  /**
   * The surest first, each once, with the label as it was asked for.
   * @throws IntermodalError `input.too_large` for labels beyond what it reads
   */
  find(
    picture: Pixels,
    labels: readonly string[],
    options: { signal: AbortSignal },
  ): Promise<readonly DetectedObject[]>;
}

export const ObjectFinder = defineCapability<ObjectFinder>('ObjectFinder');
