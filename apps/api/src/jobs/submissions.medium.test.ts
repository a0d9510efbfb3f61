import { newUuid, showId, type ArtifactRef, type JobView } from '@intermodal/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_TENANT, startApi, type RunningApi } from '../api.testing.ts';

let api: RunningApi;
let audio: ArtifactRef;
beforeAll(async () => {
  api = await startApi();
  const body = Buffer.from('RIFF\0\0\0\0WAVE');
  audio = (await (await api.ask('/v1/artifacts', { method: 'POST', body })).json()) as ArtifactRef;
});
afterAll(() => api[Symbol.asyncDispose]());

const submit = (body: object, options: { query?: string; headers?: Record<string, string> } = {}) =>
  api.ask(`/v1/jobs${options.query ?? ''}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...options.headers },
  });
const submitted = async (...args: Parameters<typeof submit>) =>
  (await (await submit(...args)).json()) as JobView;
const listen = () => ({ pipeline: 'listen', input: { audio: { artifact: audio.id } } });

describe('submit', () => {
  it('writes the job down, with defaults and the whole reference, and says where it is', async () => {
    const response = await submit({ ...listen(), metadata: { mine: 'x' } });
    const job = (await response.json()) as JobView;
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/v1/jobs/${job.id}`);
    expect(job).toMatchObject({
      pipeline: 'listen@2',
      status: 'queued',
      input: { audio },
      params: { loudness: 3 },
      metadata: { mine: 'x' },
      output: null,
      waitingFor: ['test.listen@1'],
    });
    const again = (await (await api.ask(`/v1/jobs/${job.id}?tasks=true`)).json()) as JobView;
    expect(again.tasks).toMatchObject([
      { path: 'heard', stage: 'test.listen@1', status: 'queued', attempt: 0 },
    ]);
  });

  it('takes a version, a whole document, and small files within the JSON', async () => {
    expect((await submitted({ ...listen(), pipeline: 'listen@1' })).pipeline).toBe('listen@1');
    const document = {
      name: 'mine',
      version: 7,
      input: { audio: { media: 'audio/wav' } },
      nodes: { n: { stage: 'test.listen@1', in: { audio: '$input.audio', hint: 'x' } } },
      output: { text: '$n.text' },
    };
    const inline = { base64: Buffer.from('RIFF').toString('base64'), mediaType: 'audio/wav', name: 'a.wav' };
    const job = await submitted({ pipeline: document, input: { audio: inline } });
    expect(job).toMatchObject({ pipeline: 'mine@7', input: { audio: { bytes: 4, name: 'a.wav' } } });
  });

  it.each<[string, object, number, string, RegExp]>([
    ['an unknown pipeline', { pipeline: 'x' }, 404, 'pipeline.unknown', /'x'.*listen/],
    ['an unknown version', { pipeline: 'listen@9' }, 404, 'pipeline.unknown', /versions 1, 2/],
    ['a missing input', { pipeline: 'listen' }, 422, 'input.absent', /input\.audio/],
    ['an unknown input', { input: { audoi: 1 } }, 422, 'input.invalid', /input\.audoi/],
    ['an unknown param', { params: { x: 1 } }, 422, 'input.invalid', /params\.x/],
    ['a wrong param', { params: { tone: 'loud' } }, 422, 'input.invalid', /params\.tone.*low, high/],
    ['a text for a file', { input: { audio: 'talk.wav' } }, 422, 'input.invalid', /input\.audio/],
    ['an odd object for a file', { input: { audio: { url: 'x' } } }, 422, 'input.invalid', /input\.audio/],
    [
      'an unknown artifact',
      { input: { audio: { artifact: 'art_1' } } },
      404,
      'artifact.not_found',
      /input\.audio/,
    ],
    [
      'no base64',
      { input: { audio: { base64: 'a?', mediaType: 'audio/wav' } } },
      422,
      'input.invalid',
      /base64/,
    ],
    [
      'an empty file',
      { input: { audio: { base64: '', mediaType: 'audio/wav' } } },
      422,
      'input.invalid',
      /input\.audio is empty/,
    ],
    [
      'the wrong media',
      { input: { audio: { base64: 'AAAA', mediaType: 'text/plain' } } },
      415,
      'media.unsupported',
      /input\.audio.*audio\/\*/,
    ],
    [
      'a document that cannot run',
      { pipeline: { name: 'p', version: 1, input: {}, nodes: { n: { stage: 'no.such@1' } }, output: {} } },
      422,
      'pipeline.invalid',
      /no\.such@1/,
    ],
    ['an unknown field', { inputs: {} }, 422, 'input.invalid', /inputs/],
  ])('refuses %s', async (_name, change, status, code, detail) => {
    const response = await submit({ ...listen(), ...change, ...(code === 'input.absent' && { input: {} }) });
    expect(await response.json()).toMatchObject({ status, code, detail: expect.stringMatching(detail) });
  });

  it('takes documents whose schemas have an $id, more than once', async () => {
    const document = (least: number) => ({
      name: 'p',
      version: 1,
      input: { audio: { media: 'audio/*' } },
      params: {
        $id: 'https://example.org/mine',
        type: 'object',
        properties: { x: { type: 'integer', minimum: least } },
      },
      nodes: { n: { stage: 'test.listen@1', in: { audio: '$input.audio' } } },
      output: {},
    });
    for (const [least, status] of [
      [0, 202],
      [9, 422],
      [0, 202],
    ] as const) {
      const response = await submit({ ...listen(), pipeline: document(least), params: { x: 5 } });
      expect({ status: response.status, body: await response.text() }).toMatchObject({ status });
    }
  });

  it('refuses forged references wherever they stand', async () => {
    const forged = { id: audio.id, mediaType: 'audio/wav', bytes: 1, sha256: '0'.repeat(64) };
    const document = {
      name: 'p',
      version: 1,
      input: {},
      nodes: { n: { stage: 'test.listen@1', in: { audio: forged, hint: null } } },
      output: { text: '$n.text' },
    };
    for (const body of [
      { pipeline: 'listen', input: { audio: forged } },
      { ...listen(), params: { deep: [{ x: forged }] } },
      { ...listen(), input: { audio: { artifact: audio.id }, hint: { $spilled: forged } } },
      { pipeline: document, input: {} },
    ])
      expect(await (await submit(body)).json()).toMatchObject({
        code: 'input.invalid',
        detail: expect.stringMatching(/whole references are not accepted|expected/),
      });
  });

  it('does not see the artifacts of other tenants', async () => {
    const foreign = { ...audio, id: showId('artifact', newUuid()) };
    await api.records.artifacts.add(OTHER_TENANT, foreign);
    const response = await submit({ pipeline: 'listen', input: { audio: { artifact: foreign.id } } });
    expect(await response.json()).toMatchObject({ code: 'artifact.not_found' });
  });

  it('gives the same job for the same key and request, and refuses the key for another', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const inline = { pipeline: 'listen', input: { audio: { base64: 'AAAA', mediaType: 'audio/wav' } } };
    const first = await submitted(inline, { headers });
    expect((await submitted(inline, { headers })).id).toBe(first.id);
    const other = await submit({ ...inline, params: { loudness: 4 } }, { headers });
    expect(await other.json()).toMatchObject({ status: 422, code: 'idempotency.conflict' });
  });
});

describe('submit as a form', () => {
  const send = (fields: Record<string, string | Blob>, headers = {}) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields))
      if (value instanceof Blob) form.append(name, value, 'talk.wav');
      else form.append(name, value);
    return api.ask('/v1/jobs', { method: 'POST', body: form, headers });
  };
  const wav = new Blob(['RIFF\0\0\0\0WAVE', new Uint8Array(300_000)]);

  it('streams files into the store and reads texts by what the pipeline wants', async () => {
    const response = await send({
      'input.audio': wav,
      'input.hint': '7',
      'params.loudness': '7',
      'metadata.by': '7',
      pipeline: 'listen',
    });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({
      input: { audio: { mediaType: 'audio/wav', bytes: 300_012, name: 'talk.wav' }, hint: '7' },
      params: { loudness: 7 },
      metadata: { by: '7' },
    });
    const named = await send({ pipeline: 'listen@1', 'input.audio': audio.id });
    expect(await named.json()).toMatchObject({ pipeline: 'listen@1', input: { audio } });
  });

  it('is the same request when it is repeated, though the file is uploaded anew', async () => {
    const headers = { 'idempotency-key': 'form-1' };
    const one = (await (await send({ pipeline: 'listen', 'input.audio': wav }, headers)).json()) as JobView;
    const two = (await (await send({ pipeline: 'listen', 'input.audio': wav }, headers)).json()) as JobView;
    expect(two.id).toBe(one.id);
  });

  it.each<[string, Record<string, string | Blob>, string, RegExp]>([
    ['no pipeline', { 'input.audio': 'x' }, 'input.absent', /pipeline/],
    ['an odd field', { pipeline: 'listen', audio: 'x' }, 'request.invalid', /^audio:/],
    [
      'an empty file',
      { pipeline: 'listen', 'input.audio': new Blob([]) },
      'input.invalid',
      /input\.audio is empty/,
    ],
    [
      'a file too large',
      { pipeline: 'listen', 'input.audio': new Blob([new Uint8Array(1_100_000)]) },
      'input.too_large',
      /./,
    ],
    ['a file as a param', { pipeline: 'listen', 'params.tone': wav }, 'request.invalid', /only inputs/],
  ])('refuses %s', async (_name, fields, code, detail) => {
    const response = await send(fields);
    expect(await response.json()).toMatchObject({ code, detail: expect.stringMatching(detail) });
  });
});
