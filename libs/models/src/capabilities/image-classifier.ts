import { defineCapability } from '../capability.ts';
import type { Pixels } from './image-tools.ts';

/** A picture as a network sees it: what that is, is the engine's own. */
export type SeenPicture = unknown;

/** Says what a picture as a whole shows. */
export interface ImageClassifier<Seen = SeenPicture> {
  /** Longer edges are of no use to it, pixels. */
  readonly maxEdge: number;
  readonly labels: readonly string[];
  /** A picture as the network sees it: made apart from the call, so that many can be made while others are on the model. */
  see(image: Pixels): Seen;
  /** The score of every label, of each picture, in their orders. Many at once cost less than each alone. */
  classify(
    pictures: readonly Seen[],
    options: { signal: AbortSignal },
  ): Promise<readonly (readonly number[])[]>;
}

export const ImageClassifier = defineCapability<ImageClassifier>('ImageClassifier');
