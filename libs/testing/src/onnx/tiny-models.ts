import { makeOnnx, type TinyGraph } from './make-onnx.ts';

/** `sum = a + b`, both of `size` values. */
export const addModel = (size: number): Uint8Array =>
  makeOnnx({
    inputs: { a: [1, size], b: [1, size] },
    outputs: { sum: [1, size] },
    nodes: [{ operator: 'Add', inputs: ['a', 'b'], outputs: ['sum'] }],
  });

/** A recurrent network: `y = x + state`, and `y` is the next state. Over a sequence it adds up. */
export const accumulateModel = (size: number): Uint8Array =>
  makeOnnx({
    inputs: { x: [1, size], state: [1, size] },
    outputs: { y: [1, size], next: [1, size] },
    nodes: [
      { operator: 'Add', inputs: ['x', 'state'], outputs: ['y'] },
      { operator: 'Identity', inputs: ['y'], outputs: ['next'] },
    ],
  });

/**
 * Says which colour a picture mostly is: `images` [batch, 3, height, width] as 0..1 gives `scores` [batch, 3] for red, green and
 * blue, which add up to 1.
 */
export const colourModel = (): Uint8Array =>
  makeOnnx({
    inputs: { images: ['batch', 3, 'height', 'width'] },
    outputs: { scores: ['batch', 3] },
    nodes: [
      {
        operator: 'ReduceMean',
        inputs: ['images'],
        outputs: ['means'],
        attributes: { axes: [2, 3], keepdims: 0 },
      },
      { operator: 'MatMul', inputs: ['means', 'contrast'], outputs: ['contrasted'] },
      { operator: 'Softmax', inputs: ['contrasted'], outputs: ['scores'], attributes: { axis: -1 } },
    ],
    weights: {
      contrast: { dims: [3, 3], data: Float32Array.of(8, -4, -4, -4, 8, -4, -4, -4, 8) },
    },
  });

/** Takes `x` [1] and never answers: it counts to 2^63 in native code, where no signal is heard. */
export const endlessModel = (): Uint8Array => looping({ y: [1] }, []);

/** Takes `x` [1] and never answers, but takes `stepBytes` more memory with every step. */
export const hungryModel = (stepBytes = 2 ** 20): Uint8Array =>
  looping(
    { y: [1], all: ['steps', stepBytes / 4] },
    [{ operator: 'Expand', inputs: ['grown', 'size'], outputs: ['piece'] }],
    { size: { dims: [1], data: BigInt64Array.of(BigInt(stepBytes / 4)) } },
  );

/** Gives the `index`-th of 1, 2, 3 as `value`. Any other index fails its run. */
export const pickModel = (): Uint8Array =>
  makeOnnx({
    inputs: { index: { type: 'int64', dims: [1] } },
    outputs: { value: [1] },
    nodes: [{ operator: 'Gather', inputs: ['weights', 'index'], outputs: ['value'] }],
    weights: { weights: { dims: [3], data: Float32Array.of(1, 2, 3) } },
  });

/** `y` is the logarithm of `x` [size]: NaN for what is negative. */
export const logarithmModel = (size: number): Uint8Array =>
  makeOnnx({
    inputs: { x: [size] },
    outputs: { y: [size] },
    nodes: [{ operator: 'Log', inputs: ['x'], outputs: ['y'] }],
  });

/** Holds that much memory as weights, all 1, and gives the one at `index` as `value`. The file is as large. */
export function heavyModel(bytes: number): Uint8Array {
  const size = Math.floor(bytes / 4);
  return makeOnnx({
    inputs: { index: { type: 'int64', dims: [1] } },
    outputs: { value: [1] },
    nodes: [{ operator: 'Gather', inputs: ['weights', 'index'], outputs: ['value'] }],
    weights: { weights: { dims: [size], data: new Float32Array(size).fill(1) } },
  });
}

/** `y` is `x` with 1 added 2^63 times. `steps` sees the sum `grown` and may make `piece`, which is kept for every step. */
function looping(
  outputs: TinyGraph['outputs'],
  steps: TinyGraph['nodes'],
  weights: TinyGraph['weights'] = {},
): Uint8Array {
  const pieces: TinyGraph['outputs'] = steps.length === 0 ? {} : { piece: ['size'] };
  const body: TinyGraph = {
    inputs: {
      step: { type: 'int64', dims: [] },
      going: { type: 'bool', dims: [] },
      state: [1],
    },
    outputs: { goesOn: { type: 'bool', dims: [] }, grown: [1], ...pieces },
    nodes: [
      { operator: 'Identity', inputs: ['going'], outputs: ['goesOn'] },
      { operator: 'Add', inputs: ['state', 'one'], outputs: ['grown'] },
      ...steps,
    ],
  };
  return makeOnnx({
    inputs: { x: [1] },
    outputs,
    nodes: [
      {
        operator: 'Loop',
        inputs: ['times', 'yes', 'x'],
        outputs: Object.keys(outputs),
        attributes: { body },
      },
    ],
    weights: {
      times: { dims: [], data: BigInt64Array.of(2n ** 63n - 1n) },
      yes: { dims: [], data: Uint8Array.of(1) },
      one: { dims: [1], data: Float32Array.of(1) },
      ...weights,
    },
  });
}
