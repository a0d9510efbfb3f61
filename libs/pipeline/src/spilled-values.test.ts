import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { parseId, type ArtifactRef } from '@intermodal/contracts';
import { expect, test } from 'vitest';
import type { ArtifactStore } from './ports/artifact-store.ts';
import { INLINE_BYTES, restoreSpilled, spill } from './spilled-values.ts';

const { signal } = new AbortController();

/** Keeps bytes by id; throws on all that these tests do not need. */
function memoryStore(): ArtifactStore & { readonly reads: string[] } {
  const kept = new Map<string, Buffer>();
  const reads: string[] = [];
  const unused = (): never => {
    throw new Error('not told what to do');
  };
  return {
    reads,
    async put(id, body) {
      kept.set(id, await buffer(body));
      return { bytes: kept.get(id)!.length, sha256: 'a'.repeat(64) };
    },
    async open(id) {
      reads.push(id);
      return { body: Readable.from([kept.get(id)!]), bytes: kept.get(id)!.length };
    },
    direct: {
      kind: 'through',
      begin: unused,
      putPart: unused,
      parts: unused,
      finish: unused,
      abandon: unused,
    },
    delete: unused,
    list: unused,
    databases: unused,
    addDatabase: unused,
    check: unused,
    close: unused,
  };
}

const long = 'x'.repeat(INLINE_BYTES);

test('what is small stays', async () => {
  const store = memoryStore();
  const output = { text: 'short', list: [1, 2] };
  expect(await spill(output, { kept: [], store, signal })).toEqual({ output, artifacts: [] });
});

test('the largest port goes until the rest is small, and comes back as it was', async () => {
  const store = memoryStore();
  const output = { text: long, middle: ['y'.repeat(1_000)], list: [1] };
  const spilled = await spill(output, { kept: [], store, signal });
  expect(spilled.artifacts).toHaveLength(1);
  expect(spilled.output).toEqual({ ...output, text: { $spilled: spilled.artifacts[0] } });
  expect(await restoreSpilled(spilled.output, { store, maxBytes: Infinity, signal })).toEqual(output);
});

test('a port that an each walks over stays, whatever its size', async () => {
  const spilled = await spill({ list: [long], text: long }, { kept: ['list'], store: memoryStore(), signal });
  expect(Object.keys(spilled.output['text'] as object)).toEqual(['$spilled']);
  expect(spilled.output['list']).toEqual([long]);
});

test('a path into a spilled value is followed, and each artifact is read once', async () => {
  const store = memoryStore();
  const { artifacts } = await spill({ deep: { list: ['a', 'b'], long } }, { kept: [], store, signal });
  const at = (...path: string[]) => ({ $spilled: artifacts[0], path });
  const value = [at('list', '1'), { inner: at('nothing') }, at('list')];
  expect(await restoreSpilled(value, { store, maxBytes: Infinity, signal })).toEqual([
    'b',
    { inner: null },
    ['a', 'b'],
  ]);
  expect(store.reads).toEqual([parseId('artifact', artifacts[0]!.id)]);
});

test('beyond the budget a value stays the artifact that holds it', async () => {
  const store = memoryStore();
  const { output, artifacts } = await spill({ text: long }, { kept: [], store, signal });
  const restored = (await restoreSpilled(output, { store, maxBytes: 10, signal })) as { text: ArtifactRef };
  expect(restored.text).toEqual(artifacts[0]);
  expect(store.reads).toEqual([]);
});
