import type { Pixels } from '@intermodal/models';
import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';
import type { Detected } from '../detector/detector.ts';
import { GREY_PICTURE } from '../grey-picture.ts';

/** A network that sees and reads what it is to do, and writes what it found: words, or things and where they are. */
export const TASK_WORDS: Archetype = {
  name: 'model of task words',
  modelTypes: ['florence2'],
  files: ['preprocessor_config.json', ...TOKENIZER],
  runner: runnerAddress(import.meta.url, './task-words-runner'),
  warmUp: { kind: 'describe', pictures: [GREY_PICTURE], maxTokens: 1 } satisfies DescribePictures,
};

export interface DescribePictures {
  readonly kind: 'describe';
  readonly pictures: readonly Pixels[];
  /** Of each answer, at most. */
  readonly maxTokens: number;
}

export interface AskOfPicture {
  readonly kind: 'ask';
  readonly picture: Pixels;
  readonly question: string;
  readonly maxTokens: number;
  /** Whether pieces of the answer are told while it is written. */
  readonly told: boolean;
}

/** Answered by `NamedThing`s. */
export interface NameThings {
  readonly kind: 'name-things';
  readonly picture: Pixels;
}

export type TaskWordsRequest = DescribePictures | AskOfPicture | NameThings;

/** Answers of `describe`, one for each picture, and of `ask`, one. */
export type WrittenAnswers = readonly { readonly text: string; readonly isCut: boolean }[];

export type NamedThing = Omit<Detected, 'label'> & { readonly label: string };
