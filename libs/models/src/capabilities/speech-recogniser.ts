import { defineCapability } from '../capability.ts';

export interface RecognisedWord {
  readonly text: string;
  /** Milliseconds from the beginning of the audio. */
  readonly startMs: number;
  readonly endMs: number;
  /** 0..1, where the engine gives one. */
  readonly confidence?: number;
}

export interface Recognition {
  /** Empty when nothing was said. */
  readonly text: string;
  readonly words: readonly RecognisedWord[];
}

export interface SpeechRecogniser {
  /**
   * Turns speech into text.
   * @param path 16 kHz mono 16-bit WAV
   * @throws IntermodalError `language.unsupported`, `media.unreadable`
   */
  transcribe(path: string, options: { language: string; signal: AbortSignal }): Promise<Recognition>;
}

export const SpeechRecogniser = defineCapability<SpeechRecogniser>('SpeechRecogniser');
