import { defineCapability } from '../capability.ts';

export interface Embeddings {
  /** One for each text, in their order, all of one length; each of length 1, so that a product of two is their cosine. */
  readonly vectors: readonly (readonly number[])[];
  /** Of all texts; null where the engine does not say. */
  readonly tokens: number | null;
  /** Of each text; by engines that take those of several tasks (`TAKE_SEVERAL`). */
  readonly tokensOfEach?: readonly number[];
}

/** Turns texts into numbers that are near each other where meanings are. */
export interface TextEmbedder {
  /** @throws IntermodalError `input.too_large` for a text beyond the context, named by its place */
  embed(texts: readonly string[], options: { signal: AbortSignal }): Promise<Embeddings>;
}

export const TextEmbedder = defineCapability<TextEmbedder>('TextEmbedder');
