import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';
import type { EmbedTexts } from '../text-encoder/text-encoder.ts';

/** Two networks, one for sounds and one for texts, which give vectors of one space. */
export const SOUND_TOWER: Archetype = {
  name: 'dual tower for sounds',
  modelTypes: ['clap'],
  files: ['preprocessor_config.json', ...TOKENIZER],
  runner: runnerAddress(import.meta.url, './sound-tower-runner'),
  warmUp: { kind: 'embed-sounds', clips: [new Float32Array(16_000)] } satisfies EmbedSounds,
};

export interface EmbedSounds {
  readonly kind: 'embed-sounds';
  /** At the rate of the model, -1..1. */
  readonly clips: readonly Float32Array[];
}

/** Answers of `embed-sounds`: one for each. */
export type SoundVectors = readonly (readonly number[])[];

export type SoundTowerRequest = EmbedSounds | EmbedTexts;
