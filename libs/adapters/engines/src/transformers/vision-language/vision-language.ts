import type { Pixels } from '@intermodal/models';
import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';
import { GREY_PICTURE } from '../grey-picture.ts';

/** A language model whose text holds what a second network saw of a picture. */
export const VISION_LANGUAGE: Archetype = {
  name: 'vision-language model',
  modelTypes: ['idefics3', 'smolvlm'],
  files: ['preprocessor_config.json', 'processor_config.json', ...TOKENIZER],
  runner: runnerAddress(import.meta.url, './vision-language-runner'),
  warmUp: {
    ...{ kind: 'answer', picture: GREY_PICTURE, question: 'What is this?', maxTokens: 1, told: false },
  } satisfies AnswerAboutPicture,
};

export interface AnswerAboutPicture {
  readonly kind: 'answer';
  readonly picture: Pixels;
  readonly question: string;
  /** Of the answer, at most. */
  readonly maxTokens: number;
  /** Whether pieces of the answer are told while it is written. */
  readonly told: boolean;
}

export interface AnsweredAboutPicture {
  readonly text: string;
  readonly isCut: boolean;
}
