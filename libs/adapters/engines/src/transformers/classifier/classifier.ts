import type { Pixels } from '@intermodal/models';
import { runnerAddress } from '../../hosts/runner.ts';
import type { Archetype } from '../archetype.ts';
import { GREY_PICTURE } from '../grey-picture.ts';

/** A network that says of a whole picture how much it is of each kind. */
export const CLASSIFIER: Archetype = {
  name: 'picture classifier',
  modelTypes: [
    ...['vit', 'deit', 'beit', 'vit_msn', 'swin', 'pvt', 'hiera', 'ijepa', 'dinov2', 'dinov2_with_registers'],
    ...['convnext', 'convnextv2', 'resnet', 'efficientnet', 'fastvit', 'mobilevit', 'mobilevitv2'],
    ...['mobilenet_v1', 'mobilenet_v2', 'mobilenet_v3', 'mobilenet_v4'],
  ],
  classes: /ForImageClassification$/,
  files: ['preprocessor_config.json'],
  runner: runnerAddress(import.meta.url, './classifier-runner'),
  warmUp: { kind: 'classify', pictures: [GREY_PICTURE] } satisfies ClassifyPictures,
};

export interface ClassifyPictures {
  readonly kind: 'classify';
  readonly pictures: readonly Pixels[];
}

/** Of each picture, of each of the model's labels: what becomes its score. */
export type PictureLogits = readonly (readonly number[])[];
