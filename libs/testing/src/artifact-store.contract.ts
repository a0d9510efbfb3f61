import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { newUuid } from '@intermodal/contracts';
import type { ArtifactStore } from '@intermodal/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MIB = 1024 * 1024;
const never = new AbortController().signal;
const options = { mediaType: 'application/octet-stream', maxBytes: 64 * MIB, signal: never };
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What every ArtifactStore must do. Call it inside a `describe`, with a store in which nothing is yet. */
export function artifactStoreContract(open: () => Promise<ArtifactStore>): void {
  let store: ArtifactStore;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());

  const read = async (id: string, range?: { first: number; last: number }) => {
    const opened = await store.open(id, { signal: never, ...(range ? { range } : {}) });
    return { content: await buffer(opened.body), bytes: opened.bytes };
  };
  const put = async (content: Buffer): Promise<string> => {
    const id = newUuid();
    await store.put(id, Readable.from([content]), options);
    return id;
  };
  const expectAbsent = (id: string) =>
    expect(store.open(id, { signal: never })).rejects.toMatchObject({ code: 'artifact.not_found' });

  test.for([0, 1, 100_000])('gives back %i bytes as they were', async (size) => {
    const content = randomBytes(size);
    const id = newUuid();
    const stored = await store.put(id, size === 0 ? Readable.from([]) : Readable.from([content]), options);
    expect(stored).toEqual({ bytes: size, sha256: sha256(content) });
    const got = await read(id);
    expect(got.bytes).toBe(size);
    expect(got.content.equals(content)).toBe(true);
  });

  test('streams 20 MiB, in pieces of odd sizes', async () => {
    const content = randomBytes(20 * MIB + 7);
    const pieces = function* () {
      for (let at = 0; at < content.length; at += 65_521) yield content.subarray(at, at + 65_521);
    };
    const id = newUuid();
    const stored = await store.put(id, Readable.from(pieces(), { objectMode: false }), options);
    expect(stored).toEqual({ bytes: content.length, sha256: sha256(content) });
    expect(sha256((await read(id)).content)).toBe(stored.sha256);
    // Over the border of two parts.
    const range = { first: 8 * MIB - 10, last: 8 * MIB + 9 };
    expect((await read(id, range)).content).toEqual(content.subarray(8 * MIB - 10, 8 * MIB + 10));
  });

  test.for([
    ['first', { first: 0, last: 0 }],
    ['middle', { first: 400, last: 599 }],
    ['last', { first: 999, last: 999 }],
    ['suffix', { first: 990, last: 999 }],
    ['beyond the end', { first: 900, last: 5_000 }],
    ['all', { first: 0, last: 999 }],
  ] as const)('range: %s', async ([, range]) => {
    const content = randomBytes(1_000);
    const got = await read(await put(content), range);
    expect(got.bytes).toBe(1_000);
    expect(got.content).toEqual(content.subarray(range.first, range.last + 1));
  });

  test('a range without a byte in it is input.invalid', async () => {
    const id = await put(randomBytes(10));
    const empty = await put(Buffer.alloc(0));
    for (const [which, range] of [
      [id, { first: 10, last: 20 }],
      [id, { first: 5, last: 4 }],
      [empty, { first: 0, last: 0 }],
    ] as const) {
      await expect(store.open(which, { signal: never, range })).rejects.toMatchObject({
        code: 'input.invalid',
      });
    }
  });

  test.for([20, 12_000_000])('abort after %i bytes leaves nothing visible', async (size) => {
    const id = newUuid();
    const abort = new AbortController();
    const body = new PassThrough();
    const result = expect(store.put(id, body, { ...options, signal: abort.signal })).rejects.toThrow(
      'enough',
    );
    if (!body.write(randomBytes(size))) await once(body, 'drain');
    await expectAbsent(id);
    abort.abort(new Error('enough'));
    await result;
    expect(body.destroyed).toBe(true);
    await expectAbsent(id);
  });

  test('a signal that has aborted already stores nothing', async () => {
    const id = newUuid();
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(store.put(id, Readable.from(['x']), { ...options, signal })).rejects.toThrow('too late');
    await expectAbsent(id);
    await expect(store.open(id, { signal })).rejects.toThrow('too late');
  });

  test.for([20, 12_000_000])('a body that fails after %i bytes leaves nothing', async (size) => {
    const id = newUuid();
    const failing = async function* () {
      yield randomBytes(size);
      throw new Error('the sender is gone');
    };
    await expect(store.put(id, Readable.from(failing(), { objectMode: false }), options)).rejects.toThrow(
      'the sender is gone',
    );
    await expectAbsent(id);
  });

  test('a body that is cut off leaves nothing', async () => {
    const id = newUuid();
    const body = new PassThrough();
    body.write('half of it');
    const result = expect(store.put(id, body, options)).rejects.toThrow();
    body.destroy();
    await result;
    await expectAbsent(id);
  });

  test.for([10, 9_000_000])('more than %i bytes are input.too_large and leave nothing', async (maxBytes) => {
    const id = newUuid();
    const body = Readable.from([randomBytes(maxBytes), Buffer.from('x')], { objectMode: false });
    await expect(store.put(id, body, { ...options, maxBytes })).rejects.toMatchObject({
      code: 'input.too_large',
    });
    await expectAbsent(id);
    await store.put(id, Readable.from([randomBytes(maxBytes)]), { ...options, maxBytes });
    expect((await read(id)).bytes).toBe(maxBytes);
  });

  test('what was never stored is artifact.not_found', () => expectAbsent(newUuid()));

  test('an id that is not a uuid goes nowhere near a path', async () => {
    const id = '../../etc/passwd';
    await expect(store.open(id, { signal: never })).rejects.toThrow(TypeError);
    await expect(store.put(id, Readable.from(['x']), options)).rejects.toThrow(TypeError);
    await expect(store.delete(id)).rejects.toThrow(TypeError);
  });

  test('delete, and delete again', async () => {
    const id = await put(randomBytes(10));
    await store.delete(id);
    await expectAbsent(id);
    await store.delete(id);
  });

  test('two puts at once of one id: one of them, whole', async () => {
    const id = newUuid();
    const contents = [randomBytes(300_000), randomBytes(300_000)];
    await Promise.all(contents.map((content) => store.put(id, Readable.from([content]), options)));
    const got = (await read(id)).content;
    expect(contents.some((content) => content.equals(got))).toBe(true);
  });

  test('many puts at once', async () => {
    const contents = Array.from({ length: 40 }, () => randomBytes(10_000));
    const ids = await Promise.all(contents.map(put));
    const got = await Promise.all(ids.map((id) => read(id)));
    got.forEach(({ content }, index) => expect(content.equals(contents[index]!)).toBe(true));
  });

  test.for([
    ['plain', 'audio/wav'],
    ['with parameters', 'text/plain; charset="utf-8"'],
    ['empty', ''],
    ['not ASCII', 'déjà/vu'],
    ['with line ends', 'a/b\r\nx-evil: 1'],
    ['long', 'x'.repeat(5_000)],
  ] as const)('a media type that is %s does no harm', async ([, mediaType]) => {
    const id = newUuid();
    await store.put(id, Readable.from([Buffer.from('x')]), { ...options, mediaType });
    expect((await read(id)).content.toString()).toBe('x');
  });

  test('a reader that stops early, or aborts, harms nobody', async () => {
    const id = await put(randomBytes(2 * MIB));
    const first = await store.open(id, { signal: never });
    first.body.destroy();
    const abort = new AbortController();
    const second = await store.open(id, { signal: abort.signal });
    abort.abort();
    await expect(buffer(second.body)).rejects.toThrow();
    expect((await read(id)).bytes).toBe(2 * MIB);
  });

  test('lists what is stored under two digits, after an id, dated by its own clock', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => `${newUuid().slice(0, -2)}a7`)).then((made) =>
      made.sort(),
    );
    const other = `${newUuid().slice(0, -2)}a8`;
    for (const id of [...ids, other]) await store.put(id, Readable.from(['x']), options);
    const listed = async (after?: string) => {
      const page = await store.list('a7', after);
      expect(page.more).toBe(false);
      // What was just stored is young, whatever the clock of this machine says.
      for (const { id, storedAt } of page.entries)
        if (ids.includes(id)) expect(Math.abs(page.now.getTime() - storedAt.getTime())).toBeLessThan(60_000);
      return page.entries.map(({ id }) => id);
    };
    const all = await listed();
    expect(all).toEqual([...all].sort());
    expect(all).toEqual(expect.arrayContaining(ids));
    expect(all).not.toContain(other);
    expect(await listed(ids[0])).toEqual(all.slice(all.indexOf(ids[0]!) + 1));
    expect(await listed(all.at(-1))).toEqual([]);
    await store.delete(ids[1]!);
    expect(await listed()).toEqual(all.filter((id) => id !== ids[1]));
    await expect(store.list('..')).rejects.toThrow(TypeError);
    for (const id of [...ids, other]) await store.delete(id);
    // A prefix under which nothing was ever stored is as empty.
    expect((await store.list('a9')).entries.filter(({ id }) => ids.includes(id))).toEqual([]);
  });

  test('databases say that they keep files here: each stays, is seen by all, and is said once', async () => {
    expect(await store.databases()).toEqual([]);
    const other = await open();
    const [first, second] = [newUuid(), newUuid()];
    await Promise.all([store.addDatabase(first), other.addDatabase(second), other.addDatabase(first)]);
    for (const opened of [store, other])
      expect((await opened.databases()).sort()).toEqual([first, second].sort());
    await expect(store.addDatabase('../x')).rejects.toThrow(TypeError);
    await other.close();
  });

  test('check passes, and close may be called twice', async () => {
    const other = await open();
    await other.check();
    await other.close();
    await other.close();
  });
}
