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
  /** What was spoken, as ISO 639 has it, where the engine was told or tells; left out when nothing was said. */
  readonly language?: string;
}

export interface RecogniseOptions {
  /** ISO 639; null: to be found out. */
  readonly language: string | null;
  readonly signal: AbortSignal;
}

export interface SpeechRecogniser {
  /**
   * Turns speech into text.
   * @param path 16 kHz mono 16-bit WAV
   * @throws IntermodalError `language.unsupported`, which it is for null too where the engine cannot find out; `media.unreadable`
   */
  transcribe(path: string, options: RecogniseOptions): Promise<Recognition>;
}

export const SpeechRecogniser = defineCapability<SpeechRecogniser>('SpeechRecogniser');
