import { jsonFile, type ModelFolder } from './model-folder.ts';

/** `preprocessor_config.json` of what sees `edge` x `edge` pixels, each colour from -1 to 1. */
export const picturePreprocessor = (kind: string, edge: number, more: object = {}): ModelFolder => ({
  'preprocessor_config.json': jsonFile({
    ...{ image_processor_type: kind, do_resize: true, size: { height: edge, width: edge }, resample: 2 },
    ...{ do_rescale: true, rescale_factor: 1 / 255 },
    ...{ do_normalize: true, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] },
    ...more,
  }),
});
