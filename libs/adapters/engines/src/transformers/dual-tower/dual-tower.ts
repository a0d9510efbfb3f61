import type { Pixels } from '@intermodal/models';
import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';
import { GREY_PICTURE } from '../grey-picture.ts';
import type { EmbedTexts } from '../text-encoder/text-encoder.ts';

/** Two networks, one for pictures and one for texts, which give vectors of one space. */
export const DUAL_TOWER: Archetype = {
  name: 'dual tower',
  modelTypes: ['clip', 'siglip'],
  files: ['preprocessor_config.json', ...TOKENIZER],
  runner: runnerAddress(import.meta.url, './dual-tower-runner'),
  warmUp: { kind: 'embed-pictures', pictures: [GREY_PICTURE] } satisfies EmbedPictures,
};

export interface EmbedPictures {
  readonly kind: 'embed-pictures';
  readonly pictures: readonly Pixels[];
}

/** Answers of `embed-pictures`: one for each. */
export type PictureVectors = readonly (readonly number[])[];

export type DualTowerRequest = EmbedPictures | EmbedTexts;
