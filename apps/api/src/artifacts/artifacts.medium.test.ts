import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { newUuid, showId, type ArtifactRef } from '@intermodal/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KEY, OTHER_TENANT, startApi, type RunningApi } from '../api.testing.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi({ limits: { uploadMaxBytes: 200_000 } });
});
afterAll(() => api[Symbol.asyncDispose]());

const upload = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}, query = '') =>
  api.ask(`/v1/artifacts${query}`, { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
const uploaded = async (...args: Parameters<typeof upload>) =>
  (await (await upload(...args)).json()) as ArtifactRef;

const wav = Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVEfmt '), Buffer.alloc(100_000, 7)]);

describe('upload', () => {
  it('stores the body as it is, and answers its record', async () => {
    const response = await upload(wav, { 'content-type': 'Audio/X-WAV; codecs=1' }, '?name=a%2Fb.wav');
    expect(response.status).toBe(201);
    const artifact = (await response.json()) as ArtifactRef;
    expect(artifact).toEqual({
      id: expect.stringMatching(/^art_/),
      mediaType: 'audio/wav',
      bytes: wav.length,
      sha256: createHash('sha256').update(wav).digest('hex'),
      name: 'b.wav',
    });
    expect(response.headers.get('location')).toBe(`/v1/artifacts/${artifact.id}`);
    expect(await (await api.ask(`/v1/artifacts/${artifact.id}`)).json()).toEqual(artifact);
  });

  it('looks at the first bytes when the type is not said, and keeps JSON a file', async () => {
    expect((await uploaded(wav)).mediaType).toBe('audio/wav');
    const curls = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await uploaded(wav, curls)).mediaType).toBe('audio/wav');
    expect((await uploaded(new Uint8Array([1]))).mediaType).toBe('application/octet-stream');
    const json = await uploaded('{"a":1}', { 'content-type': 'application/json' });
    expect(json).toMatchObject({ mediaType: 'application/json', bytes: 7 });
  });

  it('takes the name of a Content-Disposition header', async () => {
    const artifact = await uploaded(wav, {
      'content-disposition': `attachment; filename="x.wav"; filename*=UTF-8''%C3%A9t%C3%A9.wav`,
    });
    expect(artifact.name).toBe('été.wav');
  });

  it('refuses nothing at all, and too much; announced or not', async () => {
    const before = await api.stored();
    expect(await (await upload('')).json()).toMatchObject({ status: 422, code: 'input.invalid' });
    const announced = await upload(Buffer.alloc(200_001));
    expect(await announced.json()).toMatchObject({ status: 413, code: 'input.too_large' });
    const streamed = await upload(new Blob([Buffer.alloc(250_000)]).stream());
    expect(await streamed.json()).toMatchObject({ status: 413, code: 'input.too_large' });
    expect(await api.stored()).toEqual(before);
  });

  it('refuses a form, and says what to send', async () => {
    const form = new FormData();
    form.append('file', new Blob(['x']), 'x.wav');
    const response = await api.ask('/v1/artifacts', { method: 'POST', body: form });
    expect(await response.json()).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/--data-binary/),
    });
  });

  const boundary = 'content-type: multipart/form-data; boundary=x';
  it.each<[string, string, string[], Buffer, number]>([
    ['half-way', '/v1/artifacts', [], Buffer.alloc(50_000), 1],
    ['at once', '/v1/artifacts', [], Buffer.alloc(3), 0],
    ['in the file of a form', '/v1/jobs', [boundary], formStart('input.audio', 50_000), 1],
    ['at the start of a file of a form', '/v1/jobs', [boundary], formStart('input.audio', 3), 0],
  ])('leaves nothing when the sender goes away %s', async (_where, path, headers, start, files) => {
    const before = await api.stored();
    const logged = api.log().length;
    const sending = request(`${api.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${KEY}`,
        'content-length': 100_000,
        ...Object.fromEntries(headers.map((header) => header.split(': '))),
      },
    });
    sending.on('error', () => {});
    sending.write(start);
    await vi.waitFor(async () => expect((await api.stored()).length).toBe(before.length + files));
    // Whether the request has arrived cannot be seen when no file has begun.
    if (files === 0) await new Promise((resolve) => setTimeout(resolve, 200));
    sending.destroy();
    await vi.waitFor(() => expect(api.log().slice(logged)).toContain('"msg":"request abandoned'));
    await vi.waitFor(async () => expect(await api.stored()).toEqual(before));
    expect(api.log()).not.toContain('"level":"error"');
  });
});

function formStart(name: string, bytes: number): Buffer {
  const head = `--x\r\ncontent-disposition: form-data; name="${name}"; filename="a.wav"\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.alloc(bytes)]);
}

describe('download', () => {
  it('gives the whole, ranges, and nothing to who has it already', async () => {
    const { id, sha256 } = await uploaded('0123456789', { 'content-type': 'text/plain' }, '?name=t.txt');
    const get = (headers: Record<string, string> = {}) => api.ask(`/v1/artifacts/${id}/content`, { headers });
    const whole = await get();
    expect(await whole.text()).toBe('0123456789');
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '10',
      'accept-ranges': 'bytes',
      etag: `"${sha256}"`,
      'content-disposition': `inline; filename="t.txt"; filename*=UTF-8''t.txt`,
      'x-content-type-options': 'nosniff',
    });
    for (const [range, text, shown] of [
      ['bytes=2-4', '234', 'bytes 2-4/10'],
      ['bytes=7-', '789', 'bytes 7-9/10'],
      ['bytes=-2', '89', 'bytes 8-9/10'],
      ['bytes=5-500', '56789', 'bytes 5-9/10'],
    ] as const) {
      const part = await get({ range });
      expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, text, shown]);
    }
    expect((await get({ range: 'bytes=1-2,4-5' })).status).toBe(200);
    const outside = await get({ range: 'bytes=10-' });
    expect([outside.status, outside.headers.get('content-range')]).toEqual([416, 'bytes */10']);
    expect((await get({ 'if-none-match': `"${sha256}"` })).status).toBe(304);
    expect((await get({ range: 'bytes=1-2', 'if-range': '"other"' })).status).toBe(200);
    const head = await api.ask(`/v1/artifacts/${id}/content`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10']);
  });

  it('never lets a browser run what was uploaded', async () => {
    const { id } = await uploaded('<script>', { 'content-type': 'text/html' });
    const response = await api.ask(`/v1/artifacts/${id}/content`);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(response.headers.get('content-security-policy')).toMatch(/^sandbox/);
    await response.body?.cancel();
  });

  it('knows nothing of what belongs to others, or to nobody', async () => {
    const foreign = showId('artifact', newUuid());
    await api.records.artifacts.add(OTHER_TENANT, {
      id: foreign,
      mediaType: 'audio/wav',
      bytes: 1,
      sha256: '0'.repeat(64),
    });
    for (const id of [foreign, showId('artifact', newUuid())])
      for (const path of [`/v1/artifacts/${id}`, `/v1/artifacts/${id}/content`])
        expect(await (await api.ask(path)).json()).toMatchObject({ status: 404, code: 'artifact.not_found' });
  });
});
