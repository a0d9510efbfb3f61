import { defineCapability } from '../capability.ts';
import type { Pixels } from './image-tools.ts';

export interface PictureDescription {
  readonly text: string;
  /** It was cut off at `maxTokens`. */
  readonly isCut: boolean;
}

/** Says in a sentence what a picture shows. */
export interface PictureDescriber {
  /** Longer edges are of no use to it, pixels. */
  readonly maxEdge: number;
  /** Of each picture, in their order. Many at once cost less than each alone. */
  describe(
    pictures: readonly Pixels[],
    options: { maxTokens: number; signal: AbortSignal },
  ): Promise<readonly PictureDescription[]>;
}

export const PictureDescriber = defineCapability<PictureDescriber>('PictureDescriber');
