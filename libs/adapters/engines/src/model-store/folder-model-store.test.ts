import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { defineModel, type Model } from '@intermodal/models';
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

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const model = (contents: Record<string, string>): Model =>
  defineModel({
    id: 'tiny',
    summary: 'A test.',
    engine: 'onnx',
    tasks: ['speech.detect'],
    architecture: 'none',
    licence: 'none',
    source: { kind: 'web', address: 'http://never.invalid/' },
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
