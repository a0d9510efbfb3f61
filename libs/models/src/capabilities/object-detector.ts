import { defineCapability } from '../capability.ts';
import type { Box, Pixels } from './image-tools.ts';

export interface DetectedObject {
  /** Lower-case English, e.g. `dog`, `stop sign`. */
  readonly label: string;
  /** 0..1 */
  readonly score: number;
  /** In pixels of the picture that was given. */
  readonly box: Box;
}

export interface ObjectDetector {
  /** Finds things, the surest first, each once. */
  detect(image: Pixels, options: { signal: AbortSignal }): Promise<readonly DetectedObject[]>;
  /** Of a larger picture the longer edge may be reduced to it: more is not looked at. Left out: as large as can be. */
  readonly maxEdge?: number;
  /** Every label it can give; empty where that is not known. What is not in this list it cannot see: absence of it means nothing. */
  readonly labels: readonly string[];
  /** What it is good for, in one sentence, e.g. that it knows drawn things only. */
  readonly scope: string;
}

export const ObjectDetector = defineCapability<ObjectDetector>('ObjectDetector');
