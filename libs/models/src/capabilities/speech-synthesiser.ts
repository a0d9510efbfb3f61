import { defineCapability } from '../capability.ts';

export interface SpeechSynthesiser {
  /**
   * Reads text aloud into a mono 16-bit WAV file.
   * @param options.language ISO 639-1 code
   * @throws IntermodalError `language.unsupported`
   */
  speak(text: string, path: string, options: { language: string; signal: AbortSignal }): Promise<void>;
}

export const SpeechSynthesiser = defineCapability<SpeechSynthesiser>('SpeechSynthesiser');
