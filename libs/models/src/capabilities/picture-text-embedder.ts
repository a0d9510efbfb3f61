import { defineCapability } from '../capability.ts';
import type { Embeddings } from './text-embedder.ts';
import type { Pixels } from './image-tools.ts';

/** Puts pictures and texts into one space: a picture is near the text that describes it. */
export interface PictureTextEmbedder {
  /** Longer edges are of no use to it, pixels. */
  readonly maxEdge: number;
  /** One for each picture, in their order; each of length 1. Many at once cost less than each alone. */
  embedPictures(
    pictures: readonly Pixels[],
    options: { signal: AbortSignal },
  ): Promise<readonly (readonly number[])[]>;
  /** @throws IntermodalError `input.too_large` for a text beyond the context, named by its place */
  embedTexts(texts: readonly string[], options: { signal: AbortSignal }): Promise<Embeddings>;
}

export const PictureTextEmbedder = defineCapability<PictureTextEmbedder>('PictureTextEmbedder');
