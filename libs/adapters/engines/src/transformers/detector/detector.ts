import type { Pixels } from '@intermodal/models';
import { runnerAddress } from '../../hosts/runner.ts';
import type { Archetype } from '../archetype.ts';
import { GREY_PICTURE } from '../grey-picture.ts';

/** A network that looks at a picture with some hundred queries, each of which may find a thing. */
export const DETECTOR: Archetype = {
  name: 'detector',
  modelTypes: ['yolos', 'detr', 'table-transformer', 'rt_detr', 'rt_detr_v2', 'd_fine', 'rf_detr'],
  classes: /ForObjectDetection$/,
  files: ['preprocessor_config.json'],
  runner: runnerAddress(import.meta.url, './detector-runner'),
  warmUp: { kind: 'detect', picture: GREY_PICTURE } satisfies Detect,
};

export interface Detect {
  readonly kind: 'detect';
  readonly picture: Pixels;
}

/** A thing, as shares of the width and the height of its picture. */
export interface Detected {
  /** Which of the model's labels. */
  readonly label: number;
  readonly score: number;
  readonly centre: readonly [across: number, down: number];
  readonly size: readonly [across: number, down: number];
}
