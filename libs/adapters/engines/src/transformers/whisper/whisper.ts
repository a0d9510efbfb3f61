import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';
import type { TranscribeClips } from '../clips/requests.ts';

/** A network that hears half a minute at once, and one that writes down what was said, with tokens for languages and times. */
export const WHISPER: Archetype = {
  name: 'speech model of Whisper’s kind',
  modelTypes: ['whisper', 'lite-whisper'],
  files: [...TOKENIZER, 'generation_config.json', 'preprocessor_config.json'],
  runner: runnerAddress(import.meta.url, './whisper-runner'),
  warmUp: { kind: 'transcribe', clips: [new Float32Array(1_600)] } satisfies TranscribeClips,
};
