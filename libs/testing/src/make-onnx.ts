/**
 * Writes small ONNX networks: for tests of what is around a real network, and what tools/starter-detector trains. Only what they
 * need of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto): operators over float tensors, with attributes
 * that are whole numbers or lists of them.
 */
export interface TinyNode {
  /** e.g. `Add`, `Identity`, `ReduceSum` */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface TinyWeights {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A word stands for a size that is known only when the network runs. */
type Dims = readonly (number | string)[];

export interface TinyModel {
  readonly inputs: Readonly<Record<string, Dims>>;
  readonly outputs: Readonly<Record<string, Dims>>;
  readonly nodes: readonly TinyNode[];
  readonly weights?: Readonly<Record<string, TinyWeights>>;
}

export function makeOnnx({ inputs, outputs, nodes, weights = {} }: TinyModel): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) =>
      field(1, [
        ...node.inputs.flatMap((name) => field(1, utf8(name))),
        ...node.outputs.flatMap((name) => field(2, utf8(name))),
        ...field(4, utf8(node.operator)),
        ...Object.entries(node.attributes ?? {}).flatMap(([name, value]) => field(5, attribute(name, value))),
      ]),
    ),
    ...field(2, utf8('tiny')),
    ...Object.entries(weights).flatMap(([name, it]) => field(5, tensor(name, it))),
    ...Object.entries(inputs).flatMap(([name, dims]) => field(11, valueInfo(name, dims))),
    ...Object.entries(outputs).flatMap(([name, dims]) => field(12, valueInfo(name, dims))),
  ];
  const opset = [...field(1, []), ...number(2, 13)];
  return Uint8Array.from([...number(1, 8), ...field(7, graph), ...field(8, opset)]);
}

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

const FLOAT = 1;

const INT_ATTRIBUTE = 2;
const INTS_ATTRIBUTE = 7;

function attribute(name: string, value: number | readonly number[]): number[] {
  const kind = typeof value === 'number' ? INT_ATTRIBUTE : INTS_ATTRIBUTE;
  const values = typeof value === 'number' ? number(3, value) : value.flatMap((it) => number(8, it));
  return [...field(1, utf8(name)), ...values, ...number(20, kind)];
}

function tensor(name: string, { dims, data }: TinyWeights): number[] {
  // Little end first, which is how every machine that Node runs on keeps them.
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const shape = dims.flatMap((size) => number(1, size));
  return [...shape, ...number(2, FLOAT), ...field(8, utf8(name)), ...field(9, [...raw])];
}

function valueInfo(name: string, dims: Dims): number[] {
  const shape = dims.flatMap((size) =>
    field(1, typeof size === 'number' ? number(1, size) : field(2, utf8(size))),
  );
  const tensor = [...number(1, FLOAT), ...field(2, shape)];
  return [...field(1, utf8(name)), ...field(2, field(1, tensor))];
}

const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];

/** Protocol buffers: a varint, a field of bytes, a field with a number. */
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
const field = (tag: number, bytes: readonly number[]): number[] => [
  ...varint(tag * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
];
const number = (tag: number, value: number): number[] => [...varint(tag * 8), ...varint(value)];
