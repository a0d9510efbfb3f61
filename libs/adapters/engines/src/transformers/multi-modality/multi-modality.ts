import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';
import type { AnswerAboutPicture } from '../vision-language/vision-language.ts';

/** A language model that sees pictures and writes on, or goes on with pieces of a picture, which a further network makes one of. */
export const MULTI_MODALITY: Archetype = {
  name: 'multi-modal language model',
  modelTypes: ['multi_modality'],
  files: ['preprocessor_config.json', 'processor_config.json', 'generation_config.json', ...TOKENIZER],
  runner: runnerAddress(import.meta.url, './multi-modality-runner'),
  // To make a picture takes a minute: what it needs is known when it was asked for the first.
  warmUp: undefined,
};

export type MultiModalityRequest = MakePicture | AnswerAboutPicture;

/** Answered by the picture, as Pixels. */
export interface MakePicture {
  readonly kind: 'make';
  readonly description: string;
  readonly seed: number;
}
