import { makeOnnx } from '../onnx/make-onnx.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';

const EDGE = 32;
/** Red in the left half, red in the right half, blue anywhere. */
const QUERIES = 3;
const CLASS_OF = [0, 0, 1];

const KINDS = {
  detr: {
    ...{ processor: 'DetrImageProcessor', model: 'DetrForSegmentation' },
    ...{ classes: 'logits', masks: 'pred_masks' },
  },
  maskformer: {
    ...{ processor: 'MaskFormerImageProcessor', model: 'MaskFormerForInstanceSegmentation' },
    ...{ classes: 'class_queries_logits', masks: 'masks_queries_logits' },
  },
};

/** Finds what is red, in each half by itself, and what is blue; of everything else it says nothing. */
export function maskSegmenterFolder(kind: keyof typeof KINDS): ModelFolder {
  const { processor, model, classes, masks } = KINDS[kind];
  const area = EDGE * EDGE;
  return {
    ...picturePreprocessor(processor, EDGE, { do_pad: false }),
    'config.json': jsonFile({
      ...{ model_type: kind, architectures: [model] },
      id2label: { 0: 'Red thing', 1: 'Blue thing' },
    }),
    'onnx/model.onnx': makeOnnx({
      inputs: { pixel_values: [1, 3, EDGE, EDGE] },
      outputs: { [classes]: [1, QUERIES, 3], [masks]: [1, QUERIES, EDGE, EDGE] },
      nodes: [
        { operator: 'Reshape', inputs: ['pixel_values', 'flat'], outputs: ['channels'] },
        { operator: 'MatMul', inputs: ['colours', 'channels'], outputs: ['likeness'] },
        { operator: 'Add', inputs: ['likeness', 'where'], outputs: ['excess'] },
        { operator: 'Mul', inputs: ['excess', 'sure'], outputs: ['mask'] },
        { operator: 'Reshape', inputs: ['mask', 'map'], outputs: [masks] },
        { operator: 'Relu', inputs: ['excess'], outputs: ['there'] },
        {
          operator: 'ReduceMax',
          inputs: ['there'],
          outputs: ['most'],
          attributes: { axes: [2], keepdims: 1 },
        },
        { operator: 'Mul', inputs: ['most', 'own'], outputs: ['raised'] },
        { operator: 'Add', inputs: ['raised', 'usual'], outputs: [classes] },
      ],
      weights: {
        flat: { dims: [3], data: BigInt64Array.of(0n, 3n, BigInt(area)) },
        map: { dims: [4], data: BigInt64Array.of(0n, BigInt(QUERIES), BigInt(EDGE), BigInt(EDGE)) },
        colours: {
          dims: [QUERIES, 3],
          data: Float32Array.of(1, -0.5, -0.5, 1, -0.5, -0.5, -0.5, -0.5, 1),
        },
        where: tableOf(QUERIES, area, (query) =>
          Array.from({ length: area }, (_, at) => {
            const isLeft = at % EDGE < EDGE / 2;
            return [at, query === 2 || isLeft === (query === 0) ? -0.8 : -10] as const;
          }),
        ),
        sure: { dims: [1], data: Float32Array.of(20) },
        own: tableOf(QUERIES, 3, (query) => [[CLASS_OF[query]!, 20]]),
        usual: { dims: [3], data: Float32Array.of(-6, -6, 0) },
      },
    }),
  };
}
