import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';
import type { TranscribeClips } from '../clips/requests.ts';

/** A network that hears waves as they are and writes a text; what it hears need not be half a minute. */
export const MOONSHINE: Archetype = {
  name: 'speech model of Moonshine’s kind',
  modelTypes: ['moonshine'],
  files: [...TOKENIZER, 'preprocessor_config.json'],
  runner: runnerAddress(import.meta.url, './moonshine-runner'),
  warmUp: { kind: 'transcribe', clips: [new Float32Array(16_000)] } satisfies TranscribeClips,
};
