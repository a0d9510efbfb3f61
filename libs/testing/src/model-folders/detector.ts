import { makeOnnx, type TinyNode } from '../onnx/make-onnx.ts';
import { jsonFile, tableOf, type ModelFolder } from './model-folder.ts';
import { picturePreprocessor } from './picture-preprocessor.ts';

const EDGE = 32;

/**
 * Finds what is red and what is blue: for each colour a query whose box has the mean place of it, and the size of an even rectangle with
 * its spread. `yolos` has a last class that says there is nothing, `rt_detr` has none.
 */
export function detectorFolder(kind: 'yolos' | 'rt_detr' = 'yolos'): ModelFolder {
  const classes = kind === 'yolos' ? 3 : 2;
  const processor = kind === 'yolos' ? 'YolosImageProcessor' : 'RTDetrImageProcessor';
  const take = (column: number, output: string): TinyNode => ({
    operator: 'Gather',
    inputs: ['moments', `column${column}`],
    outputs: [output],
    attributes: { axis: 2 },
  });
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
        { operator: 'Reshape', inputs: ['pixel_values', 'flat'], outputs: ['channels'] },
        { operator: 'MatMul', inputs: ['colours', 'channels'], outputs: ['likeness'] },
        { operator: 'Sub', inputs: ['likeness', 'enough'], outputs: ['excess'] },
        { operator: 'Relu', inputs: ['excess'], outputs: ['there'] },
        { operator: 'MatMul', inputs: ['there', 'places'], outputs: ['moments'] },
        ...[take(0, 'amount'), take(1, 'x'), take(2, 'y'), take(3, 'xx'), take(4, 'yy')],
        { operator: 'Add', inputs: ['amount', 'little'], outputs: ['sum'] },
        ...meanAndSize('x', 'xx'),
        ...meanAndSize('y', 'yy'),
        {
          operator: 'Concat',
          inputs: ['mean_x', 'mean_y', 'size_x', 'size_y'],
          outputs: ['pred_boxes'],
          attributes: { axis: 2 },
        },
        {
          operator: 'ReduceMax',
          inputs: ['there'],
          outputs: ['most'],
          attributes: { axes: [2], keepdims: 1 },
        },
        { operator: 'Mul', inputs: ['most', 'own'], outputs: ['raised'] },
        { operator: 'Add', inputs: ['raised', 'usual'], outputs: ['logits'] },
      ],
      weights: {
        flat: { dims: [3], data: BigInt64Array.of(0n, 3n, BigInt(EDGE * EDGE)) },
        colours: { dims: [2, 3], data: Float32Array.of(1, -0.5, -0.5, -0.5, -0.5, 1) },
        enough: { dims: [1], data: Float32Array.of(0.8) },
        little: { dims: [1], data: Float32Array.of(1e-6) },
        twelve: { dims: [1], data: Float32Array.of(12) },
        zero: { dims: [1], data: Float32Array.of(0) },
        ...Object.fromEntries(
          [0, 1, 2, 3, 4].map((column) => [
            `column${column}`,
            { dims: [1], data: BigInt64Array.of(BigInt(column)) },
          ]),
        ),
        places: tableOf(EDGE * EDGE, 5, (row) => {
          const [x, y] = [((row % EDGE) + 0.5) / EDGE, (Math.floor(row / EDGE) + 0.5) / EDGE];
          return [1, x, y, x * x, y * y].map((value, column) => [column, value] as const);
        }),
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

/** Of an even rectangle with this mean and spread: its width is the root of twelve times its variance. */
const meanAndSize = (first: string, second: string): TinyNode[] => [
  { operator: 'Div', inputs: [first, 'sum'], outputs: [`mean_${first}`] },
  { operator: 'Div', inputs: [second, 'sum'], outputs: [`square_${first}`] },
  { operator: 'Mul', inputs: [`mean_${first}`, `mean_${first}`], outputs: [`mean_square_${first}`] },
  {
    operator: 'Sub',
    inputs: [`square_${first}`, `mean_square_${first}`],
    outputs: [`near_variance_${first}`],
  },
  { operator: 'Max', inputs: [`near_variance_${first}`, 'zero'], outputs: [`variance_${first}`] },
  { operator: 'Mul', inputs: [`variance_${first}`, 'twelve'], outputs: [`square_size_${first}`] },
  { operator: 'Sqrt', inputs: [`square_size_${first}`], outputs: [`size_${first}`] },
];
