import { randomUUID } from 'node:crypto';
import { mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A message whose large arrays are in a file. Measured, there and back on 2 busy cores: 10 kB take 0.3 ms in the message and 1.4 ms
 * in a file; 1 MB 8.2 and 2.8 ms; 50 MB 438 and 293 ms, and in the message they hold up the worker's event loop for 358 ms
 * (in a file 26 ms). A file in /dev/shm was no faster (1 MB 3.6 ms, 50 MB 407 ms), and containers give that 64 MB.
 */
export interface Stowed {
  readonly value: unknown;
  /** The reader removes it. */
  readonly file?: string;
}

const LARGE_BYTES = 256 * 1024;
const ALIGNMENT = 8;

const KINDS = { Float32Array, Int32Array, Uint8Array, BigInt64Array } as const;
type Kind = keyof typeof KINDS;

/** Stands for an array: where it is in the file. */
interface Place {
  readonly $stowed: Kind;
  readonly at: number;
  readonly length: number;
}

/** @param folder is made when it is needed */
export async function stow(value: unknown, folder: string): Promise<Stowed> {
  const large: Uint8Array[] = [];
  let at = 0;
  const light = mapped(value, (array): unknown => {
    if (!isLarge(array)) return array;
    const { buffer, byteOffset, byteLength, length } = array;
    const padding = (ALIGNMENT - (byteLength % ALIGNMENT)) % ALIGNMENT;
    large.push(new Uint8Array(buffer, byteOffset, byteLength), new Uint8Array(padding));
    const place: Place = { $stowed: array.constructor.name as Kind, at, length };
    at += byteLength + padding;
    return place;
  });
  if (large.length === 0) return { value };
  const file = join(folder, `${randomUUID()}.arrays`);
  await mkdir(folder, { recursive: true });
  await using handle = await open(file, 'wx', 0o600);
  for (const bytes of large) await handle.writeFile(bytes);
  return { value: light, file };
}

/** What `stow` was given. The file is gone then. */
export async function unstow({ value, file }: Stowed): Promise<unknown> {
  if (file === undefined) return value;
  const buffer = await read(file);
  await unlink(file);
  return mapped(value, (one) => {
    if (!isPlace(one)) return one;
    return new KINDS[one.$stowed](buffer, one.at, one.length);
  });
}

async function read(file: string): Promise<ArrayBuffer> {
  await using handle = await open(file, 'r');
  const bytes = new Uint8Array((await handle.stat()).size);
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, done);
    if (bytesRead === 0) throw new Error(`${file} is shorter than it was.`);
    done += bytesRead;
  }
  return bytes.buffer;
}

type Large = InstanceType<(typeof KINDS)[Kind]>;

const isLarge = (value: unknown): value is Large =>
  ArrayBuffer.isView(value) && value.byteLength >= LARGE_BYTES && value.constructor.name in KINDS;

const isPlace = (value: unknown): value is Place =>
  typeof value === 'object' && value !== null && '$stowed' in value;

/** A copy of plain objects and lists, with everything that is neither, and every place, replaced. */
function mapped(value: unknown, replace: (value: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || isPlace(value))
    return replace(value);
  if (Array.isArray(value)) return value.map((one) => mapped(one, replace));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, replace)]));
}
