import { defineCapability } from '../capability.ts';
import type { Pixels } from './image-tools.ts';

/** A picture as the network sees it: made apart from the call, so that many can be made while others are on the model. */
export interface SeenPicture {
  readonly values: Float32Array;
}

/** Says what a picture as a whole shows. */
export interface ImageClassifier {
  /** Longer edges are of no use to it, pixels. */
  readonly maxEdge: number;
  readonly labels: readonly string[];
  see(image: Pixels): SeenPicture;
  /** The score of every label, of each picture, in their orders. Many at once cost less than each alone. */
  classify(
    pictures: readonly SeenPicture[],
    options: { signal: AbortSignal },
  ): Promise<readonly (readonly number[])[]>;
}

export const ImageClassifier = defineCapability<ImageClassifier>('ImageClassifier');
