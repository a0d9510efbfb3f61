import { defineCapability } from '../capability.ts';

export interface SpeechSpan {
  /** Milliseconds from the beginning of the audio; endMs > startMs; spans do not overlap and are in order. */
  readonly startMs: number;
  readonly endMs: number;
}

export interface SpeechDetector {
  /**
   * Finds where somebody speaks.
   * @param path 16 kHz mono 16-bit WAV
   * @returns no span when nobody does
   */
  detect(path: string, options: { signal: AbortSignal }): Promise<readonly SpeechSpan[]>;
}

export const SpeechDetector = defineCapability<SpeechDetector>('SpeechDetector');
