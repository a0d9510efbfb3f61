import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Model } from '@intermodal/models';
import { makeExternalOnnx, tinyModel } from '@intermodal/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderModelStore } from './folder-model-store.ts';
import { mirrorModel } from './mirror-models.ts';
import { pruneStore } from './prune-store.ts';
import { versionOf } from './version.ts';

let folder: string;
let mirror: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-store-'));
  mirror = await mkdtemp(join(tmpdir(), 'intermodal-mirror-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await rm(mirror, { recursive: true });
});

const hashOf = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const model = (contents: Record<string, string>): Model =>
  tinyModel({
    files: Object.entries(contents).map(([file, text]) => ({
      file,
      bytes: Buffer.byteLength(text),
      sha256: hashOf(text),
    })),
  });
const { signal } = new AbortController();
const contents = { 'model.onnx': 'weights', 'labels.txt': 'cat dog' };
const tiny = model(contents);

async function put(root: string, files: Record<string, string>, below = 'tiny') {
  for (const [file, text] of Object.entries(files)) {
    const path = join(root, below, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

describe('FolderModelStore', () => {
  it('finds nothing where nothing is, and fetches nothing', async () => {
    expect(await new FolderModelStore({ folder }).find(tiny)).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes a model from the mirror, whole, and then does without it', async () => {
    await put(mirror, contents);
    const both = { folder, mirror };
    const found = await Promise.all([1, 2, 3].map(() => new FolderModelStore(both).find(tiny)));
    const path = join(folder, 'tiny', versionOf(tiny), 'model.onnx');
    expect(found.map((it) => it?.['model.onnx'])).toEqual([path, path, path]);
    expect(await readFile(path, 'utf8')).toBe('weights');
    expect((await readdir(dirname(path))).sort()).toEqual(['labels.txt', 'model.onnx']);
    expect(await new FolderModelStore({ folder }).find(tiny)).toEqual(found[0]);
  });

  it('finds nothing when the mirror lacks a file', async () => {
    await put(mirror, { 'model.onnx': 'weights' });
    expect(await new FolderModelStore({ folder, mirror }).find(tiny)).toBeUndefined();
  });

  it('refuses a wrong file in the mirror and keeps no copy', async () => {
    await put(mirror, { ...contents, 'labels.txt': 'cat cow' });
    await expect(new FolderModelStore({ folder, mirror }).find(tiny)).rejects.toMatchObject({
      code: 'model.corrupt',
      message: expect.stringContaining('labels.txt of the model tiny') as string,
    });
    expect(await readdir(folder, { recursive: true })).not.toContain('labels.txt');
  });

  it('sees that a file changed after it was verified, and again that it was mended', async () => {
    await put(folder, contents, join('tiny', versionOf(tiny)));
    const store = new FolderModelStore({ folder });
    const path = (await store.find(tiny))!['model.onnx']!;
    await appendFile(path, '!');
    await expect(store.find(tiny)).rejects.toMatchObject({ code: 'model.corrupt' });
    await writeFile(path, 'weights');
    expect(await store.find(tiny)).toBeDefined();
    // The same length and other bytes.
    await writeFile(path, 'weirdos');
    await utimes(path, 1, 1);
    await expect(store.find(tiny)).rejects.toMatchObject({ code: 'model.corrupt' });
  });

  it('copies a model to where a mirror has it, whole, and mends what is damaged there', async () => {
    await put(folder, contents, join('tiny', versionOf(tiny)));
    const store = new FolderModelStore({ folder });
    await put(mirror, { 'model.onnx': 'wei' });
    expect(await mirrorModel(store, tiny, mirror, signal)).toBe(true);
    expect(await readFile(join(mirror, 'tiny', 'model.onnx'), 'utf8')).toBe('weights');
    await rm(join(folder, 'tiny'), { recursive: true });
    expect(await new FolderModelStore({ folder, mirror }).find(tiny)).toBeDefined();
    expect(await mirrorModel(store, { ...tiny, id: 'other' }, mirror, signal)).toBe(false);
  });

  it('takes from a folder, and begins where an earlier pull was broken off', async () => {
    const source = await mkdtemp(join(tmpdir(), 'intermodal-source-'));
    const local: Model = { ...tiny, source: { kind: 'folder', folder: source } };
    await put(source, contents, '.');
    const path = new FolderModelStore({ folder }).pathOf(local, local.files[0]!);
    const pull = () => new FolderModelStore({ folder }).pull([local], { signal });
    // As a killed process leaves it, but with a wrong byte, which shows that it is gone on with, and then not kept.
    await put(folder, { 'model.onnx.part': 'wxi' }, join('tiny', versionOf(local)));
    await expect(pull()).rejects.toMatchObject({ code: 'model.corrupt' });
    await pull();
    expect(await readFile(path, 'utf8')).toBe('weights');
    await put(source, { 'labels.txt': 'cat cow' }, '.');
    await rm(join(folder, 'tiny'), { recursive: true });
    await expect(pull()).rejects.toMatchObject({ code: 'model.corrupt' });
    await rm(source, { recursive: true });
    await expect(pull()).rejects.toMatchObject({ code: 'model.unavailable' });
  });

  it('refuses a network whose weights stand in a file that the model does not have', async () => {
    const network = makeExternalOnnx('model.onnx_data');
    const file = { file: 'onnx/model.onnx', bytes: network.length, sha256: hashOf(network) };
    const weights = Float32Array.of(1, 2);
    const data = { file: 'onnx/model.onnx_data', bytes: 8, sha256: hashOf(new Uint8Array(weights.buffer)) };
    const whole: Model = { ...tiny, files: [file, data] };
    const lacking: Model = { ...tiny, files: [file] };
    for (const one of [whole, lacking]) {
      const below = join(folder, 'tiny', versionOf(one), 'onnx');
      await mkdir(below, { recursive: true });
      await writeFile(join(below, 'model.onnx'), network);
      await writeFile(join(below, 'model.onnx_data'), weights);
    }
    expect(await new FolderModelStore({ folder }).find(whole)).toBeDefined();
    await expect(new FolderModelStore({ folder }).find(lacking)).rejects.toMatchObject({
      code: 'model.unavailable',
      message: expect.stringContaining('has no file onnx/model.onnx_data') as string,
    });
  });

  it('tells what stands where, by names and lengths', async () => {
    const standing = () => new FolderModelStore({ folder }).standing(tiny);
    const below = join('tiny', versionOf(tiny));
    expect(await standing()).toMatchObject({ state: 'missing', folder: join(folder, below) });
    await put(folder, { 'model.onnx.part': 'wei' }, below);
    expect(await standing()).toMatchObject({ state: 'part' });
    await put(folder, contents, below);
    expect(await standing()).toMatchObject({ state: 'here' });
    await put(folder, { 'labels.txt': 'cat' }, below);
    expect(await standing()).toMatchObject({ state: 'damaged' });
  });

  it('opens what an operator has put in the place of a shipped model', async () => {
    const mine: Model = { ...model({ 'model.onnx': 'my weights' }), replacesShipped: true };
    await put(folder, contents, join('tiny', versionOf(tiny)));
    await put(folder, { 'model.onnx': 'my weights' }, join('tiny', versionOf(mine)));
    const found = await new FolderModelStore({ folder, catalogue: [mine] }).find(tiny);
    expect(await readFile(found!['model.onnx']!, 'utf8')).toBe('my weights');
    const other = { ...mine, replacesShipped: false };
    expect(await new FolderModelStore({ folder, catalogue: [other] }).find(tiny)).toHaveProperty([
      'labels.txt',
    ]);
  });

  it('keeps versions apart', () => {
    const newer = model({ ...contents, 'model.onnx': 'better weights' });
    expect(versionOf(newer)).not.toBe(versionOf(tiny));
  });
});

describe('pruneStore', () => {
  it('finds what no catalogue names, and nothing else', async () => {
    const old = join('tiny', '0123456789abcdef');
    const current = join('tiny', versionOf(tiny));
    const inUse = `model.onnx.part.${process.ppid}.a`;
    await put(folder, contents, current);
    await put(folder, { 'labels.txt.part': 'cat', [inUse]: 'wei' }, current);
    await put(folder, contents, old);
    const gone = join('gone', 'fedcba9876543210');
    await put(folder, { 'model.onnx': 'x' }, gone);
    const expected = [
      { path: gone, bytes: 1 },
      { path: join(current, 'labels.txt.part'), bytes: 3 },
      { path: old, bytes: 14 },
    ];
    const found = async (remove: boolean) =>
      (await pruneStore(folder, [tiny], { remove })).sort((a, b) => a.bytes - b.bytes);
    expect(await found(false)).toEqual(expected);
    expect(await found(true)).toEqual(expected);
    expect(await found(true)).toEqual([]);
    expect((await readdir(join(folder, current))).sort()).toEqual(['labels.txt', 'model.onnx', inUse]);
  });

  it('leaves alone what no store has put there: a mirror, or any other folder that was named by mistake', async () => {
    await put(folder, contents);
    await put(folder, { 'letter.txt': 'Dear', '0123456789abcdef': 'a file' }, 'documents');
    await put(folder, { 'letter.txt': 'Dear' }, join('documents', 'old'));
    expect(await pruneStore(folder, [], { remove: true })).toEqual([]);
    expect((await readdir(folder, { recursive: true })).length).toBe(8);
  });

  it('finds nothing where there is no store', async () => {
    expect(await pruneStore(join(folder, 'nowhere'), [tiny], { remove: true })).toEqual([]);
  });
});
