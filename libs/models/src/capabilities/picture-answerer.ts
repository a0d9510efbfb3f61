import { defineCapability } from '../capability.ts';
import type { Pixels } from './image-tools.ts';
import type { PictureDescription } from './picture-describer.ts';

/** Answers a question by looking at a picture. */
export interface PictureAnswerer {
  /** Longer edges are of no use to it, pixels. */
  readonly maxEdge: number;
  /** @throws IntermodalError `input.too_large` for a question beyond the context */
  answer(
    picture: Pixels,
    question: string,
    options: {
      maxTokens: number;
      signal: AbortSignal;
      /** Told each piece of the answer, in order. */
      onText?: ((text: string) => void) | undefined;
    },
  ): Promise<PictureDescription>;
}

export const PictureAnswerer = defineCapability<PictureAnswerer>('PictureAnswerer');
