import { defineCapability } from '../capability.ts';
import type { Embeddings } from './text-embedder.ts';

/** Puts sounds and texts into one space: a sound is near the text that describes it. */
export interface SoundTextEmbedder {
  /** Of the samples that it hears, Hz. */
  readonly sampleRate: number;
  /** It hears no more at once, milliseconds. */
  readonly longestMs: number;
  /**
   * One for each clip, in their order; each of length 1. Many at once cost less than each alone.
   * @param clips mono, -1..1
   * @throws IntermodalError `input.invalid` for a clip in which there is nothing to hear, `input.too_large` for one that is too long
   */
  embedSounds(
    clips: readonly Float32Array[],
    options: { signal: AbortSignal },
  ): Promise<readonly (readonly number[])[]>;
  /** @throws IntermodalError `input.too_large` for a text beyond the context, named by its place */
  embedTexts(texts: readonly string[], options: { signal: AbortSignal }): Promise<Embeddings>;
}

export const SoundTextEmbedder = defineCapability<SoundTextEmbedder>('SoundTextEmbedder');
