import { runnerAddress } from '../../hosts/runner.ts';
import type { Archetype } from '../archetype.ts';
import { GREY_PICTURE } from '../grey-picture.ts';
import type { SegmentPicture } from '../segmenter/segmenter.ts';

/** A network with some hundred queries, each of which may find a segment: things of one kind are told apart. Answers as a segmenter does. */
export const MASK_SEGMENTER: Archetype = {
  name: 'mask segmenter',
  modelTypes: ['detr', 'maskformer'],
  classes: /For(Instance)?Segmentation$/,
  files: ['preprocessor_config.json'],
  runner: runnerAddress(import.meta.url, './mask-segmenter-runner'),
  warmUp: { kind: 'segment', picture: GREY_PICTURE } satisfies SegmentPicture,
};
