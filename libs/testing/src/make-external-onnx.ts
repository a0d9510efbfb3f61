/**
 * An ONNX network, `y = x + w` over two values, whose `w` stands in another file, as exporters write networks of more than 2 GB.
 * Fields: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 * @param location of the 8 bytes of `w`, as the network names it
 */
export function makeExternalOnnx(location: string, options: { inAttribute?: boolean } = {}): Uint8Array {
  const entry = (key: string, value: string) => bytes(13, [...bytes(1, utf8(key)), ...bytes(2, utf8(value))]);
  const tensor = [
    ...[...number(1, 2), ...number(2, FLOAT), ...bytes(8, utf8('w'))],
    ...[...entry('location', location), ...entry('offset', '0'), ...entry('length', '8')],
    ...number(14, EXTERNAL),
  ];
  const weights = options.inAttribute ? constantNode(tensor) : bytes(5, tensor);
  const add = bytes(1, [
    ...[...bytes(1, utf8('x')), ...bytes(1, utf8('w')), ...bytes(2, utf8('y'))],
    ...bytes(4, utf8('Add')),
  ]);
  const graph = [
    ...weights,
    ...add,
    ...bytes(2, utf8('external')),
    ...bytes(11, pair('x')),
    ...bytes(12, pair('y')),
  ];
  return Uint8Array.from([
    ...number(1, 8),
    ...bytes(7, graph),
    ...bytes(8, [...bytes(1, []), ...number(2, 13)]),
  ]);
}

const FLOAT = 1;
const EXTERNAL = 1;
const TENSOR_ATTRIBUTE = 4;

/** A node `Constant`, whose attribute holds the weights. */
const constantNode = (tensor: readonly number[]): number[] =>
  bytes(1, [
    ...[...bytes(2, utf8('w')), ...bytes(4, utf8('Constant'))],
    ...bytes(5, [...bytes(1, utf8('value')), ...bytes(5, tensor), ...number(20, TENSOR_ATTRIBUTE)]),
  ]);

function pair(name: string): number[] {
  const shape = bytes(1, number(1, 2));
  return [...bytes(1, utf8(name)), ...bytes(2, bytes(1, [...number(1, FLOAT), ...bytes(2, shape)]))];
}

const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
const number = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const bytes = (field: number, content: readonly number[]): number[] => [
  ...varint(field * 8 + 2),
  ...varint(content.length),
  ...content,
];
