import { defineCapability } from '../capability.ts';

/** Says what a stretch of sound is: an event, an instrument, how somebody feels who speaks. */
export interface SoundClassifier {
  /** Of the samples that it hears, Hz. */
  readonly sampleRate: number;
  /** It hears no more at once, milliseconds. */
  readonly longestMs: number;
  readonly labels: readonly string[];
  /**
   * The score of every label, 0..1, of each clip, in their orders. Many at once cost less than each alone.
   * @param clips mono, -1..1
   * @throws IntermodalError `input.invalid` for a clip in which there is nothing to hear, `input.too_large` for one that is too long
   */
  classify(
    clips: readonly Float32Array[],
    options: { signal: AbortSignal },
  ): Promise<readonly (readonly number[])[]>;
}

export const SoundClassifier = defineCapability<SoundClassifier>('SoundClassifier');
