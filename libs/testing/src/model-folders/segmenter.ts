import { makeOnnx } from '../onnx/make-onnx.ts';
import { jsonFile, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';

/** Every place is of the kind of its colour, a quarter as fine as it sees. */
export const segmenterFolder = (): ModelFolder => ({
  ...picturePreprocessor('SegformerImageProcessor', 32),
  'config.json': jsonFile({
    ...{ model_type: 'segformer', architectures: ['SegformerForSemanticSegmentation'] },
    id2label: { 0: 'Roof', 1: 'Lawn', 2: 'Sky' },
  }),
  'onnx/model.onnx': makeOnnx({
    inputs: { pixel_values: ['batch', 3, 'height', 'width'] },
    outputs: { logits: ['batch', 3, 'rows', 'columns'] },
    nodes: [
      {
        operator: 'AveragePool',
        inputs: ['pixel_values'],
        outputs: ['logits'],
        attributes: { kernel_shape: [4, 4], strides: [4, 4] },
      },
    ],
  }),
});
