import { bytesField, bytesOf, field, floatField, numberField, textField, type Message } from './protobuf.ts';

/**
 * Writes ONNX networks: for tests of what is around a real network, and what tools/starter-detector trains. Only what they
 * need of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), version 8 with operator set 13.
 */
export interface TinyNode {
  /** e.g. `Add`, `Identity`, `Loop` */
  readonly operator: string;
  /** An empty name stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, TinyAttribute>>;
}

/** A number is a whole one unless it is said to be a `float`. A graph is the body of a `Loop`. */
export type TinyAttribute = number | readonly number[] | { readonly float: number } | TinyGraph;

export interface TinyWeights {
  readonly dims: readonly number[];
  /** BigInt64Array: int64; Uint8Array: bool. */
  readonly data: Float32Array | BigInt64Array | Uint8Array;
}

/** A word stands for a size that is known only when the network runs. */
type Dims = readonly (number | string)[];
/** Floats, unless said otherwise. */
type Value = Dims | { readonly type: 'int64' | 'bool'; readonly dims: Dims };

export interface TinyGraph {
  readonly inputs: Readonly<Record<string, Value>>;
  readonly outputs: Readonly<Record<string, Value>>;
  readonly nodes: readonly TinyNode[];
  readonly weights?: Readonly<Record<string, TinyWeights>>;
}

const IR_VERSION = 8;
const OPERATOR_SET = 13;

export function makeOnnx(graph: TinyGraph): Uint8Array {
  const operatorSet = [...textField(1, ''), ...numberField(2, OPERATOR_SET)];
  return bytesOf([...numberField(1, IR_VERSION), ...field(7, graphOf(graph)), ...field(8, operatorSet)]);
}

function graphOf({ inputs, outputs, nodes, weights = {} }: TinyGraph): Message {
  return [
    ...nodes.flatMap((node) => field(1, nodeOf(node))),
    ...textField(2, 'tiny'),
    ...Object.entries(weights).flatMap(([name, it]) => field(5, tensorOf(name, it))),
    ...Object.entries(inputs).flatMap(([name, value]) => field(11, valueInfo(name, value))),
    ...Object.entries(outputs).flatMap(([name, value]) => field(12, valueInfo(name, value))),
  ];
}

function nodeOf({ operator, inputs, outputs, attributes = {} }: TinyNode): Message {
  return [
    ...inputs.flatMap((name) => textField(1, name)),
    ...outputs.flatMap((name) => textField(2, name)),
    ...textField(4, operator),
    ...Object.entries(attributes).flatMap(([name, value]) => field(5, attributeOf(name, value))),
  ];
}

/** AttributeProto.type */
const KIND = { float: 1, int: 2, graph: 5, ints: 7 } as const;

function attributeOf(name: string, value: TinyAttribute): Message {
  const as = (kind: number, message: Message): Message => [
    ...textField(1, name),
    ...message,
    ...numberField(20, kind),
  ];
  if (typeof value === 'number') return as(KIND.int, numberField(3, value));
  if ('float' in value) return as(KIND.float, floatField(2, value.float));
  if ('nodes' in value) return as(KIND.graph, field(6, graphOf(value)));
  return as(
    KIND.ints,
    value.flatMap((it) => numberField(8, it)),
  );
}

/** TensorProto.DataType */
const TYPE = { float: 1, int64: 7, bool: 9 } as const;

function tensorOf(name: string, { dims, data }: TinyWeights): Message {
  const type =
    data instanceof Float32Array ? TYPE.float : data instanceof BigInt64Array ? TYPE.int64 : TYPE.bool;
  return [
    ...dims.flatMap((size) => numberField(1, size)),
    ...numberField(2, type),
    ...textField(8, name),
    // Little end first, which is how every machine that Node runs on keeps them.
    ...bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

function valueInfo(name: string, value: Value): Message {
  const { type, dims } = 'type' in value ? value : { type: 'float' as const, dims: value };
  const shape = dims.flatMap((size) =>
    field(1, typeof size === 'number' ? numberField(1, size) : textField(2, size)),
  );
  const tensor = [...numberField(1, TYPE[type]), ...field(2, shape)];
  return [...textField(1, name), ...field(2, field(1, tensor))];
}
