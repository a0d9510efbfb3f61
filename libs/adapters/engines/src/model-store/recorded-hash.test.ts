import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyModel } from '@intermodal/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseRecord, readRecord, recordOnce } from './recorded-hash.ts';
import { versionOf } from './version.ts';

const model = tinyModel({ files: [{ file: 'weights.bin' }] });
const one = { model, file: model.files[0]! };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-record-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('is written by the first of all who pull at once, and counts for the others', async () => {
  const path = join(folder, 'below', 'weights.bin');
  const hashes = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(64));
  const counted = new Set(await Promise.all(hashes.map((sha256) => recordOnce(path, sha256, one))));
  expect(counted.size).toBe(1);
  expect(await readRecord(path)).toEqual({ sha256: [...counted][0], version: versionOf(model) });
  expect(await readdir(join(folder, 'below'))).toEqual(['weights.bin.sha256']);
});

it('that cannot be read is not guessed', async () => {
  const path = join(folder, 'weights.bin');
  await writeFile(`${path}.sha256`, 'half a li');
  await expect(recordOnce(path, 'a'.repeat(64), one)).rejects.toThrow(
    /weights\.bin\.sha256 cannot be read; remove it/,
  );
  expect(parseRecord(`${'a'.repeat(64)}  ../../up\n`)).toBeUndefined();
});
