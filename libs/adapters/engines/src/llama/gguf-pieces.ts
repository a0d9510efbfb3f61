/** A value of a GGUF file's head. A number is a whole one unless it is given as `float`. */
export type GgufValue =
  | string
  | number
  | boolean
  | { readonly float: number }
  | { readonly strings: readonly string[] }
  | { readonly floats: readonly number[] }
  | { readonly integers: readonly number[] };

export interface GgufTensor {
  /** The dimension that is next to each other in memory comes first. */
  readonly dims: readonly number[];
  /** Of 32 bits; or the bits of floats of 16. */
  readonly values: Float32Array | Uint16Array;
}

const ALIGNMENT = 32;
const TYPE = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
const F32 = 0;
const F16 = 1;

/**
 * The pieces of a GGUF file, version 3, in their order; large ones are views of the given weights.
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export function ggufPieces(
  head: Readonly<Record<string, GgufValue>>,
  tensors: Readonly<Record<string, GgufTensor>>,
): Buffer[] {
  let offset = 0;
  const described = Object.entries(tensors).map(([name, { dims, values }]) => {
    const entry = [
      text(name),
      uint32(dims.length),
      ...dims.map(uint64),
      uint32(values instanceof Float32Array ? F32 : F16),
      uint64(offset),
    ];
    offset += Math.ceil(values.byteLength / ALIGNMENT) * ALIGNMENT;
    return Buffer.concat(entry);
  });
  const pairs = Object.entries(head).map(([key, value]) => Buffer.concat([text(key), valueBytes(value)]));
  return [
    padded(
      Buffer.concat([
        ...[Buffer.from('GGUF'), uint32(3), uint64(described.length), uint64(pairs.length)],
        ...pairs,
        ...described,
      ]),
    ),
    ...Object.values(tensors).map(({ values }) =>
      padded(Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
    ),
  ];
}

function valueBytes(value: GgufValue): Buffer {
  if (typeof value === 'string') return Buffer.concat([uint32(TYPE.string), text(value)]);
  if (typeof value === 'number') return Buffer.concat([uint32(TYPE.uint32), uint32(value)]);
  if (typeof value === 'boolean') return Buffer.concat([uint32(TYPE.bool), Buffer.of(value ? 1 : 0)]);
  if ('float' in value) return Buffer.concat([uint32(TYPE.float32), float32(value.float)]);
  if ('strings' in value) return list(TYPE.string, value.strings.map(text));
  if ('floats' in value) return list(TYPE.float32, value.floats.map(float32));
  return list(TYPE.int32, value.integers.map(int32));
}

const list = (type: number, items: readonly Buffer[]): Buffer =>
  Buffer.concat([uint32(TYPE.array), uint32(type), uint64(items.length), ...items]);

function padded(bytes: Buffer): Buffer {
  const missing = (ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
