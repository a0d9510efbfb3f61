import type { Pixels } from '@intermodal/models';
import { runnerAddress } from '../../hosts/runner.ts';
import type { Archetype } from '../archetype.ts';
import { GREY_PICTURE } from '../grey-picture.ts';

/** A network that says of each place of a picture to which kind it belongs. */
export const SEGMENTER: Archetype = {
  name: 'segmenter',
  modelTypes: ['segformer', 'sapiens'],
  classes: /ForSemanticSegmentation$/,
  files: ['preprocessor_config.json'],
  runner: runnerAddress(import.meta.url, './segmenter-runner'),
  warmUp: { kind: 'segment', picture: GREY_PICTURE } satisfies SegmentPicture,
};

export interface SegmentPicture {
  readonly kind: 'segment';
  readonly picture: Pixels;
}

/** Segments of a picture, each with the number of its label. */
export interface NumberedSegments {
  readonly width: number;
  readonly height: number;
  /** Row by row: which segment; -1 is none. */
  readonly places: Int32Array;
  /** Left out where the segments are the labels of the model, in their order. */
  readonly labels?: readonly number[];
}
