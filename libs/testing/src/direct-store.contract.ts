import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { newUuid } from '@intermodal/contracts';
import type { ArtifactStore } from '@intermodal/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PART = 5 * 1024 * 1024;
const signal = new AbortController().signal;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** How large files must come into every ArtifactStore. Call it inside a `describe`. */
export function directStoreContract(open: () => Promise<ArtifactStore>): void {
  let store: ArtifactStore;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());

  /** As whoever has been given the address. @returns whether it was taken */
  const send = async (id: string, handle: string, number: number, promised: number, body: Buffer) => {
    const { direct } = store;
    if (direct.kind === 'through')
      return direct
        .putPart(
          id,
          handle,
          { number, bytes: promised },
          Readable.from([body], { objectMode: false }),
          signal,
        )
        .then(
          () => true,
          () => false,
        );
    const url = await direct.partUrl(id, handle, { number, bytes: promised });
    return (await fetch(url, { method: 'PUT', body: body as never })).ok;
  };
  const begin = async () => {
    const id = newUuid();
    return { id, handle: await store.direct.begin(id, 'video/mp4') };
  };
  const read = async (id: string) => buffer((await store.open(id, { signal })).body);
  const expectAbsent = (id: string) =>
    expect(store.open(id, { signal })).rejects.toMatchObject({ code: 'artifact.not_found' });

  test('parts that came in any order, one of them twice, become one file; nothing is seen before', async () => {
    const content = randomBytes(2 * PART + 11);
    const partOf = (number: number) => content.subarray((number - 1) * PART, number * PART);
    const { id, handle } = await begin();
    expect([...(await store.direct.parts(id, handle))!]).toEqual([]);
    await Promise.all(
      [3, 1].map((number) => send(id, handle, number, partOf(number).length, partOf(number))),
    );
    expect(new Map(await store.direct.parts(id, handle))).toEqual(
      new Map([
        [1, PART],
        [3, 11],
      ]),
    );
    await send(id, handle, 2, PART, randomBytes(PART));
    expect(await send(id, handle, 2, PART, partOf(2))).toBe(true);
    await expectAbsent(id);
    await store.direct.finish(id, handle);
    expect(sha256(await read(id))).toBe(sha256(content));
    // Twice is once, and there is nothing to be added to.
    await store.direct.finish(id, handle);
    await store.direct.abandon(id, handle);
    expect(await store.direct.parts(id, handle)).toBeUndefined();
    expect(await send(id, handle, 3, 11, randomBytes(11))).toBe(false);
    expect(sha256(await read(id))).toBe(sha256(content));
  });

  test('a part of another size than was promised is refused', async () => {
    const { id, handle } = await begin();
    expect(await send(id, handle, 1, 10, Buffer.alloc(11))).toBe(false);
    expect(await send(id, handle, 1, 10, Buffer.alloc(9))).toBe(false);
    expect([...(await store.direct.parts(id, handle))!]).toEqual([]);
    expect(await send(id, handle, 1, 10, Buffer.alloc(10))).toBe(true);
    await store.direct.abandon(id, handle);
  });

  test('what is abandoned is gone', async () => {
    const { id, handle } = await begin();
    await send(id, handle, 1, 10, Buffer.alloc(10));
    await store.direct.abandon(id, handle);
    expect(await store.direct.parts(id, handle)).toBeUndefined();
    await store.direct.finish(id, handle);
    await store.direct.abandon(id, handle);
    await expectAbsent(id);
    expect(await send(id, handle, 1, 10, Buffer.alloc(10))).toBe(false);
  });

  test('a file is given at a signed address, where there are any', async () => {
    if (store.direct.kind !== 'presigned') return;
    const id = newUuid();
    await store.put(id, Readable.from([Buffer.from('0123456789')]), {
      ...{ mediaType: 'application/octet-stream', maxBytes: 100, signal },
    });
    const as = { mediaType: 'text/plain', disposition: 'attachment; filename="t.txt"' };
    const url = await store.direct.downloadUrl(id, as);
    const part = await fetch(url, { headers: { range: 'bytes=2-4' } });
    expect([part.status, await part.text(), part.headers.get('content-type')]).toEqual([
      206,
      '234',
      'text/plain',
    ]);
    expect(part.headers.get('content-disposition')).toBe(as.disposition);
    const forged = new URL(url);
    forged.searchParams.set('X-Amz-Expires', '86400');
    expect((await fetch(forged)).status).toBe(403);
  });
}
