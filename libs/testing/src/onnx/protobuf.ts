/**
 * Writes protocol buffers (https://protobuf.dev/programming-guides/encoding): a message is the list of its fields. Large
 * bytes are passed on and not copied before the end.
 */
export type Message = readonly Uint8Array[];

export const field = (tag: number, message: Message): Message => {
  const length = message.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.from([...varint(BigInt(tag * 8 + 2)), ...varint(BigInt(length))]), ...message];
};

export const bytesField = (tag: number, bytes: Uint8Array): Message => field(tag, [bytes]);

export const textField = (tag: number, text: string): Message =>
  bytesField(tag, new TextEncoder().encode(text));

/** Whole numbers, negative ones as ten bytes of two's complement. */
export const numberField = (tag: number, value: number | bigint): Message => [
  Uint8Array.from([...varint(BigInt(tag * 8)), ...varint(BigInt.asUintN(64, BigInt(value)))]),
];

export const floatField = (tag: number, value: number): Message => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [Uint8Array.from(varint(BigInt(tag * 8 + 5))), bytes];
};

export function bytesOf(message: Message): Uint8Array {
  const bytes = new Uint8Array(message.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of message) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}
