import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';

/** Networks that read a description, go on with the codes of a sound, and make the sound of them. */
export const MUSICGEN: Archetype = {
  name: 'model of MusicGen’s kind',
  modelTypes: ['musicgen'],
  files: ['generation_config.json', ...TOKENIZER],
  runner: runnerAddress(import.meta.url, './musicgen-runner'),
  warmUp: {
    ...{ kind: 'make', description: 'music', seconds: 0.2, seed: 0, guidance: 3 },
  } satisfies MakeSound,
};

/** Answered by the sound, as MadeSound; told before how much of it is done, 0..1. */
export interface MakeSound {
  readonly kind: 'make';
  readonly description: string;
  readonly seconds: number;
  readonly seed: number;
  readonly guidance: number;
}
