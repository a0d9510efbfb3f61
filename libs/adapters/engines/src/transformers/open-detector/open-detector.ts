import type { Pixels } from '@intermodal/models';
import { runnerAddress } from '../../hosts/runner.ts';
import { TOKENIZER, type Archetype } from '../archetype.ts';
import { GREY_PICTURE } from '../grey-picture.ts';

/** A detector whose classes are texts that it is given with each picture. Answers are as those of a detector: `Detected`. */
export const OPEN_DETECTOR: Archetype = {
  name: 'open-vocabulary detector',
  modelTypes: ['owlvit', 'owlv2', 'grounding-dino'],
  files: ['preprocessor_config.json', ...TOKENIZER],
  runner: runnerAddress(import.meta.url, './open-detector-runner'),
  warmUp: { kind: 'find', picture: GREY_PICTURE, labels: ['thing'] } satisfies Find,
};

export interface Find {
  readonly kind: 'find';
  readonly picture: Pixels;
  /** The label of what is found is a number: its place here. */
  readonly labels: readonly string[];
}
