import { createCipheriv, createHash } from 'node:crypto';

const digest = (seed: string): Buffer => createHash('sha256').update(seed).digest();

/** The same bytes for the same seed: the key stream of AES. */
export function seededBytes(seed: string, bytes: number): Buffer {
  const cipher = createCipheriv('aes-128-ctr', digest(seed).subarray(0, 16), Buffer.alloc(16));
  return cipher.update(Buffer.alloc(bytes));
}

/** The same number in [0, 1) for the same seed. */
export const seededFraction = (seed: string): number => digest(seed).readUInt32BE(0) / 2 ** 32;

/** The same row of numbers in [0, 1) for the same seed. */
export function seededNumbers(seed: string): () => number {
  let count = 0;
  return () => seededFraction(`${seed} ${count++}`);
}
