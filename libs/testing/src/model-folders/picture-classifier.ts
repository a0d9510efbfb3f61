import { makeOnnx } from '../onnx/make-onnx.ts';
import { jsonFile, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';

/** Says which colour a picture mostly has, or with `several` how much it has of each. */
export const pictureClassifierFolder = ({ several = false } = {}): ModelFolder => ({
  ...picturePreprocessor('ViTImageProcessor', 16),
  'config.json': jsonFile({
    ...{ model_type: 'vit', architectures: ['ViTForImageClassification'] },
    id2label: { 0: 'Red', 1: 'Green', 2: 'Blue' },
    ...(several && { problem_type: 'multi_label_classification' }),
  }),
  'onnx/model.onnx': makeOnnx({
    inputs: { pixel_values: ['batch', 3, 'height', 'width'] },
    outputs: { logits: ['batch', 3] },
    nodes: [
      {
        operator: 'ReduceMean',
        inputs: ['pixel_values'],
        outputs: ['means'],
        attributes: { axes: [2, 3], keepdims: 0 },
      },
      { operator: 'Mul', inputs: ['means', 'sure'], outputs: ['logits'] },
    ],
    weights: { sure: { dims: [1], data: Float32Array.of(5) } },
  }),
});
