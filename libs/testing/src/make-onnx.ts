/**
 * Writes tiny ONNX networks, so that everything around a real network can be tested without weights. Only what they need of
 * onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto): operators without attributes over float tensors.
 */
export interface TinyNode {
  /** e.g. `Add`, `Identity`, `ReduceSum` */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface TinyModel {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: Readonly<Record<string, readonly number[]>>;
  readonly nodes: readonly TinyNode[];
}

export function makeOnnx({ inputs, outputs, nodes }: TinyModel): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) =>
      field(1, [
        ...node.inputs.flatMap((name) => field(1, utf8(name))),
        ...node.outputs.flatMap((name) => field(2, utf8(name))),
        ...field(4, utf8(node.operator)),
      ]),
    ),
    ...field(2, utf8('tiny')),
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

function valueInfo(name: string, dims: readonly number[]): number[] {
  const shape = dims.flatMap((size) => field(1, number(1, size)));
  const tensor = [...number(1, FLOAT), ...field(2, shape)];
  return [...field(1, utf8(name)), ...field(2, field(1, tensor))];
}

const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];

/** Protocol buffers: a varint, a field of bytes, a field with a number. */
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
const field = (tag: number, bytes: readonly number[]): number[] => [
  tag * 8 + 2,
  ...varint(bytes.length),
  ...bytes,
];
const number = (tag: number, value: number): number[] => [tag * 8, ...varint(value)];
