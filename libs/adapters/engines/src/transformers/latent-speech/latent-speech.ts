import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';

/** Networks that make speech of noise, step by step, by what a text says and how a voice sounds; each voice is a file of the model. */
export const LATENT_SPEECH: Archetype = {
  name: 'voice of the kind Supertonic',
  modelTypes: ['supertonic'],
  files: TOKENIZER,
  runner: runnerAddress(import.meta.url, './latent-speech-runner'),
  // How many rows a voice has its networks alone know: the first that is asked for is the first run.
  warmUp: undefined,
};

export interface SpeakInVoice {
  readonly kind: 'speak-in-voice';
  readonly texts: readonly string[];
  /** A file of the model, e.g. `voices/F1.bin`. */
  readonly voice: string;
}
