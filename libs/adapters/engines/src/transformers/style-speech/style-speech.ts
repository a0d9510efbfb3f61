import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';

/** A network that reads phonemes aloud in the style of a voice; each voice is a file of the model. */
export const STYLE_SPEECH: Archetype = {
  name: 'voice of the kind StyleTTS 2 (Kokoro)',
  modelTypes: ['style_text_to_speech_2'],
  files: TOKENIZER,
  programs: ['espeak-ng'],
  runner: runnerAddress(import.meta.url, './style-speech-runner'),
  warmUp: { kind: 'warm' } satisfies StyleSpeechRequest,
};

export interface SpeakPhonemes {
  readonly kind: 'speak-phonemes';
  /** Of each stretch of speech, in the letters of the model. */
  readonly phonemes: readonly string[];
  /** A file of the model, e.g. `voices/af_heart.bin`. */
  readonly voice: string;
}

export type StyleSpeechRequest = SpeakPhonemes | { readonly kind: 'warm' };
