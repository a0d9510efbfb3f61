import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stow, unstow } from './stowage.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-stowage-'))));
afterAll(() => rm(folder, { recursive: true }));

test('large arrays of any kind go by one file, which is gone when it was read', async () => {
  const size = 300_001;
  const value = {
    name: 'x',
    list: [new Uint8Array(size).fill(7), { deep: new Float32Array(size).fill(0.5), none: null }],
    long: new BigInt64Array(size).fill(-3n),
    part: new Float32Array(2 * size).fill(2).subarray(1, size),
    small: Float32Array.of(1, 2),
  };
  const stowed = await stow(value, join(folder, 'made'));
  expect(stowed.file).toBeDefined();
  expect(JSON.stringify(stowed.value).length).toBeLessThan(1_000);
  expect(await readdir(join(folder, 'made'))).toHaveLength(1);
  expect(await unstow(structuredClone(stowed))).toEqual(value);
  expect(await readdir(join(folder, 'made'))).toEqual([]);
});

test('what is small makes no file', async () => {
  const value = { data: Float32Array.of(1, 2) };
  expect(await stow(value, join(folder, 'none'))).toEqual({ value });
  expect(await unstow({ value })).toBe(value);
  expect(await readdir(folder)).not.toContain('none');
});
