import { makeOnnx } from '../onnx/make-onnx.ts';
import { foundSpots } from './found-spots.ts';
import { jsonFile, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';

const EDGE = 32;

/**
 * Finds what is red and what is blue: for each colour a query whose box has the mean place of it, and the size of an even rectangle with
 * its spread. `yolos` has a last class that says there is nothing, `rt_detr` has none.
 */
export function detectorFolder(kind: 'yolos' | 'rt_detr' = 'yolos'): ModelFolder {
  const classes = kind === 'yolos' ? 3 : 2;
  const processor = kind === 'yolos' ? 'YolosImageProcessor' : 'RTDetrImageProcessor';
  const spots = foundSpots(EDGE, [
    [1, -0.5, -0.5],
    [-0.5, -0.5, 1],
  ]);
  return {
    ...picturePreprocessor(processor, EDGE, { do_pad: false }),
    'config.json': jsonFile({
      ...{
        model_type: kind,
        architectures: [kind === 'yolos' ? 'YolosForObjectDetection' : 'RTDetrForObjectDetection'],
      },
      id2label: { 0: 'Red thing', 1: 'Blue thing', ...(kind === 'yolos' && { 2: 'N/A' }) },
    }),
    'onnx/model.onnx': makeOnnx({
      inputs: { pixel_values: ['batch', 3, 'height', 'width'] },
      outputs: { logits: ['batch', 2, classes], pred_boxes: ['batch', 2, 4] },
      nodes: [
        ...spots.nodes,
        { operator: 'Mul', inputs: ['most', 'own'], outputs: ['raised'] },
        { operator: 'Add', inputs: ['raised', 'usual'], outputs: ['logits'] },
      ],
      weights: {
        ...spots.weights,
        // Each query knows its own class.
        own: {
          dims: [2, classes],
          data: Float32Array.from(
            Array.from({ length: 2 * classes }, (_, i) => (i % classes === Math.floor(i / classes) ? 20 : 0)),
          ),
        },
        usual: { dims: [classes], data: Float32Array.from([-6, -6, 0].slice(0, classes)) },
      },
    }),
  };
}
