import type { TinyNode, TinyWeights } from '../onnx/make-onnx.ts';
import { tableOf } from './model-folder.ts';

/**
 * Nodes that make `pred_boxes` [batch, colours, 4] and `most` [batch, colours, 1] of `pixel_values`: for each colour the box of what has it
 * (mean place, and the size of an even rectangle with its spread), and how much of it is anywhere.
 * @param colours of each, how much red, green and blue speak for it
 */
export function foundSpots(
  edge: number,
  colours: readonly (readonly [number, number, number])[],
): { nodes: readonly TinyNode[]; weights: Readonly<Record<string, TinyWeights>> } {
  return {
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
      { operator: 'ReduceMax', inputs: ['there'], outputs: ['most'], attributes: { axes: [2], keepdims: 1 } },
    ],
    weights: {
      flat: { dims: [3], data: BigInt64Array.of(0n, 3n, BigInt(edge * edge)) },
      colours: { dims: [colours.length, 3], data: Float32Array.from(colours.flat()) },
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
      places: tableOf(edge * edge, 5, (row) => {
        const [x, y] = [((row % edge) + 0.5) / edge, (Math.floor(row / edge) + 0.5) / edge];
        return [1, x, y, x * x, y * y].map((value, column) => [column, value] as const);
      }),
    },
  };
}

const take = (column: number, output: string): TinyNode => ({
  operator: 'Gather',
  inputs: ['moments', `column${column}`],
  outputs: [output],
  attributes: { axis: 2 },
});

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
