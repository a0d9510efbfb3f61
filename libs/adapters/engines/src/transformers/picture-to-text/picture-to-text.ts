import type { Pixels } from '@intermodal/models';
import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';
import { GREY_PICTURE } from '../grey-picture.ts';

/** A network that sees, and one that writes what it saw: captions, or what stands on a page. */
export const PICTURE_TO_TEXT: Archetype = {
  name: 'vision encoder and decoder',
  modelTypes: ['vision-encoder-decoder'],
  files: ['preprocessor_config.json', ...TOKENIZER],
  runner: runnerAddress(import.meta.url, './picture-to-text-runner'),
  warmUp: { kind: 'write', pictures: [GREY_PICTURE], maxTokens: 1 } satisfies WriteOfPictures,
};

export interface WriteOfPictures {
  readonly kind: 'write';
  readonly pictures: readonly Pixels[];
  /** Of each answer, at most. */
  readonly maxTokens: number;
  /** What each answer begins with, in the model's own signs. It is not part of the answer. */
  readonly prompt?: string;
}

export interface WrittenOfPictures {
  readonly answers: readonly { readonly text: string; readonly isCut: boolean }[];
}
