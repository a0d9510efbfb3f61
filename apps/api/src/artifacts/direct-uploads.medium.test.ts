import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { IntermodalClient } from '@intermodal/client';
import {
  newUuid,
  PART_BYTES,
  parseId,
  showId,
  type ArtifactRef,
  type Problem,
  type UploadView,
} from '@intermodal/contracts';
import { s3TestConfig, WITHOUT_S3 } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY, OTHER_TENANT, startApi, type RunningApi } from '../api.testing.ts';

const s3 = s3TestConfig(process.env);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function uploads(artifacts: Parameters<typeof startApi>[0]): void {
  let api: RunningApi;
  beforeAll(async () => {
    api = await startApi({ ...artifacts, limits: { uploadMaxBytes: 100_000_000 } });
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const post = async <T = UploadView>(path: string, body?: object): Promise<T> => {
    const response = await api.ask(path, { method: 'POST', ...(body && { body: JSON.stringify(body) }) });
    return (await response.json()) as T;
  };
  const begin = (content: Buffer, more: object = {}) =>
    post('/v1/uploads', { bytes: content.length, ...more });
  const get = async (id: string) => (await (await api.ask(`/v1/uploads/${id}`)).json()) as UploadView;
  const put = (url: string, body: Buffer) =>
    fetch(new URL(url, api.url), { method: 'PUT', body: body as never });
  const send = async (
    { missing, partBytes }: UploadView,
    content: Buffer,
    numbers?: number[],
  ): Promise<void> => {
    for (const { number, bytes, url } of missing) {
      if (numbers && !numbers.includes(number)) continue;
      const from = (number - 1) * partBytes;
      expect((await put(url, content.subarray(from, from + bytes))).ok).toBe(true);
    }
  };
  const complete = <T = ArtifactRef>(id: string) => post<T>(`/v1/uploads/${id}/complete`);

  it('takes a small file in one part, and knows its type by its first bytes', async () => {
    const content = Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVEfmt '), randomBytes(1_000)]);
    const upload = await begin(content, { name: '../talk.wav', sha256: sha256(content) });
    expect(upload).toMatchObject({ status: 'open', parts: { total: 1, stored: 0 } });
    await send(upload, content);
    const expected = {
      id: upload.id.replace('upl_', 'art_'),
      ...{ mediaType: 'audio/wav', bytes: content.length, sha256: sha256(content), name: 'talk.wav' },
    };
    // Twice at once, and again: one file.
    expect(await Promise.all([complete(upload.id), complete(upload.id)])).toEqual([expected, expected]);
    expect(await complete(upload.id)).toEqual(expected);
    expect(await get(upload.id)).toMatchObject({ status: 'completed', artifact: expected, missing: [] });
    const got = await api.ask(`/v1/artifacts/${expected.id}/content`);
    expect(Buffer.from(await got.arrayBuffer()).equals(content)).toBe(true);
    // The address is worth nothing any more.
    expect((await put(upload.missing[0]!.url, randomBytes(content.length))).ok).toBe(false);
    const again = await api.ask(`/v1/artifacts/${expected.id}/content`);
    expect(Buffer.from(await again.arrayBuffer()).equals(content)).toBe(true);
  });

  it('goes on where it was: it names the parts that are missing', async () => {
    const content = randomBytes(PART_BYTES + 1_000);
    const upload = await begin(content, { mediaType: 'video/mp4' });
    await send(upload, content, [2]);
    expect(await complete<Problem>(upload.id)).toMatchObject({
      ...{ status: 409, code: 'upload.incomplete' },
      detail: expect.stringMatching(/^1 of 2 parts .* number 1/) as string,
    });
    const later = await get(upload.id);
    expect(later.missing).toMatchObject([{ number: 1, bytes: PART_BYTES }]);
    await send(later, content);
    expect(await complete(upload.id)).toMatchObject({ mediaType: 'video/mp4', sha256: sha256(content) });
  });

  it('refuses what is larger or smaller than was promised, and another content', async () => {
    const content = randomBytes(100);
    const upload = await begin(content, { sha256: sha256(randomBytes(1)) });
    const { url } = upload.missing[0]!;
    for (const bytes of [99, 101]) expect((await put(url, randomBytes(bytes))).ok).toBe(false);
    expect((await get(upload.id)).parts.stored).toBe(0);
    await send(upload, content);
    expect(await complete<Problem>(upload.id)).toMatchObject({
      ...{ status: 422, code: 'upload.mismatch' },
      detail: expect.stringMatching(/SHA-256/) as string,
    });
    expect(await complete<Problem>(upload.id)).toMatchObject({ status: 409, code: 'upload.ended' });
    expect(await get(upload.id)).toMatchObject({ status: 'failed' });
    expect((await api.ask(`/v1/artifacts/${upload.id.replace('upl_', 'art_')}`)).status).toBe(404);
    expect(await post('/v1/uploads', { bytes: 100_000_001 })).toMatchObject({ code: 'input.too_large' });
    expect(await post('/v1/uploads', { bytes: 0 })).toMatchObject({ code: 'input.invalid' });
    expect(await post('/v1/uploads', { bytes: 1, sha256: 'x' })).toMatchObject({
      detail: expect.stringMatching(/^body\.sha256: /) as string,
    });
  });

  it('is given up, or expires; then it says so, and its parts are removed', async () => {
    const content = randomBytes(100);
    const [aborted, expired] = [await begin(content), await begin(content)];
    for (const upload of [aborted, expired]) await send(upload, content);
    expect(await post(`/v1/uploads/${aborted.id}/abort`)).toMatchObject({ status: 'aborted', missing: [] });
    await api.sql(`UPDATE intermodal.upload SET expires_at = now() - interval '1 s' WHERE id = $1`, [
      parseId('upload', expired.id),
    ]);
    expect(await complete<Problem>(aborted.id)).toMatchObject({ status: 409, code: 'upload.ended' });
    expect(await complete<Problem>(expired.id)).toMatchObject({ status: 410, code: 'upload.expired' });
    const ended = await api.records.upkeep.endedUploads();
    const uuids = [aborted, expired].map(({ id }) => parseId('upload', id)!);
    expect(ended.map(({ id }) => id)).toEqual(expect.arrayContaining(uuids));
    for (const { id, handle } of ended) {
      await api.store.direct.abandon(id, handle);
      await api.records.upkeep.forgetUpload(id);
      expect(await api.store.direct.parts(id, handle)).toBeUndefined();
    }
    expect(await api.records.upkeep.endedUploads()).toEqual([]);
    expect(await get(expired.id)).toMatchObject({ status: 'expired' });
  });

  it("knows nothing of another tenant's uploads", async () => {
    const id = newUuid();
    await api.records.uploads.add({
      ...{ id, tenantId: OTHER_TENANT, name: undefined, mediaType: '', bytes: 1, sha256: undefined },
      ...{ partBytes: 1, handle: 'x', secret: randomBytes(32), expiresInMs: 60_000 },
    });
    for (const foreign of [showId('upload', id), showId('upload', newUuid())]) {
      const gone = { status: 404, code: 'upload.not_found' };
      expect(await get(foreign)).toMatchObject(gone);
      for (const what of ['complete', 'abort'])
        expect(await post(`/v1/uploads/${foreign}/${what}`)).toMatchObject(gone);
    }
  });

  it('comes from the client in parts, over connections that break', async () => {
    const content = randomBytes(2 * PART_BYTES + 5);
    await using proxy = await unreliable(api.url);
    const client = new IntermodalClient({ url: proxy.url, key: KEY, backoffMs: 1 });
    let broken = 0;
    const seen: number[] = [];
    const artifact = await client.artifacts.upload(new Blob([content]), {
      onProgress: (sent) => void seen.push(sent),
      onBegin: () => (broken = proxy.breakNext(3)),
    });
    expect(artifact.sha256).toBe(sha256(content));
    expect([seen.at(-1), broken]).toEqual([content.length, 3]);
    // Broken off for good, and resumed by another process.
    const stop = new AbortController();
    let id = '';
    const gone = client.artifacts.upload(new Blob([content]), {
      onBegin: (given) => (id = given),
      onProgress: (sent) => void (sent > 0 && sent < content.length && stop.abort(new Error('gone'))),
      signal: stop.signal,
    });
    await expect(gone).rejects.toThrow('gone');
    const other = new IntermodalClient({ url: api.url, key: KEY });
    expect((await other.artifacts.upload(new Blob([content]), { resume: id })).sha256).toBe(sha256(content));
    await expect(other.artifacts.upload(new Blob(['x']), { resume: id })).rejects.toThrow(/another|bytes/);
  });
}

describe('uploads past the API into a folder', () => {
  uploads({});

  it('have addresses that cannot be forged', async () => {
    await using api = await startApi();
    const asked = { method: 'POST', body: JSON.stringify({ bytes: 10 }) };
    const upload = (await (await api.ask('/v1/uploads', asked)).json()) as UploadView;
    const good = new URL(upload.missing[0]!.url, api.url);
    const forged = (change: (url: URL) => void) => {
      const url = new URL(good);
      change(url);
      return fetch(url, { method: 'PUT', body: '0123456789' });
    };
    const refused = { status: 403, code: 'upload.signature' };
    for (const change of [
      (url: URL) => url.searchParams.set('until', String(Math.floor(Date.now() / 1_000) + 99_999)),
      (url: URL) => url.searchParams.set('signature', `${url.searchParams.get('signature')!.slice(0, -1)}~`),
      (url: URL) => void (url.pathname = url.pathname.replace('/parts/1', '/parts/2')),
    ])
      expect(await (await forged(change)).json()).toMatchObject(refused);
    expect((await forged(() => {})).status).toBe(204);
  });
});

describe.skipIf(s3 === undefined)(s3 ? 'uploads past the API into S3' : `S3 (${WITHOUT_S3})`, () => {
  const artifacts = { ...s3!, bucket: `im-test-${newUuid().slice(-12)}` };
  uploads({ artifacts });

  it('are downloaded from there, where somebody asks for it', async () => {
    await using api = await startApi({ artifacts });
    const headers = { 'content-type': 'text/plain' };
    const sent = await api.ask('/v1/artifacts?name=t.txt', { method: 'POST', body: '0123456789', headers });
    const { id } = (await sent.json()) as ArtifactRef;
    const path = `/v1/artifacts/${id}/content?redirect=true`;
    const answer = await api.ask(path, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([302, 'no-store']);
    const followed = await api.ask(path, { headers: { range: 'bytes=7-' } });
    expect([followed.status, await followed.text()]).toEqual([206, '789']);
    expect(followed.headers.get('content-disposition')).toMatch(/^inline; filename="t.txt"/);
  });
});

/** A proxy that cuts some requests with a body. */
async function unreliable(
  target: string,
): Promise<{ url: string; breakNext(count: number): number } & AsyncDisposable> {
  let toBreak = 0;
  const server: Server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (request.method === 'PUT' && toBreak > 0) {
        toBreak -= 1;
        await sleep(1);
        request.socket.destroy();
        return;
      }
      const { host: _, ...headers } = request.headers as Record<string, string>;
      const body = chunks.length > 0 ? (Buffer.concat(chunks) as never) : undefined;
      const answer = await fetch(`${target}${request.url}`, {
        method: request.method!,
        headers,
        ...(body !== undefined && { body }),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })().catch(() => request.socket.destroy());
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakNext: (count) => (toBreak = count),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
