import {
  newUuid,
  parseId,
  showId,
  type ArtifactRef,
  type JobList,
  type JobView,
} from '@intermodal/contracts';
import { compile } from '@intermodal/pipeline';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LOCAL_TENANT, OTHER_TENANT, startApi, type RunningApi } from '../api.testing.ts';

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
const uuidOf = (job: JobView) => parseId('job', job.id)!;

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

describe('waiting', () => {
  it('answers 200 as soon as the job ends', async () => {
    const startedMs = performance.now();
    const headers = { 'idempotency-key': 'wait-1' };
    const waiting = submit(listen(), { query: '?wait=20', headers });
    const job = await vi.waitFor(() => submitted(listen(), { headers }));
    await api.finish(uuidOf(job), { text: 'hello', lines: ['a'] });
    const response = await waiting;
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      id: job.id,
      status: 'completed',
      output: { text: 'hello', lines: ['a'] },
    });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it('answers 202 when it does not', async () => {
    const response = await submit(listen(), { query: '?wait=0.2' });
    expect(response.status).toBe(202);
  });

  it('ends, with 202, when the API drains', async () => {
    const other = await startApi();
    const waiting = other.ask('/v1/jobs?wait=30', {
      method: 'POST',
      body: JSON.stringify({
        pipeline: 'listen',
        input: { audio: { base64: 'AAAA', mediaType: 'audio/wav' } },
      }),
    });
    await vi.waitFor(async () => {
      const { jobs } = (await (await other.ask('/v1/jobs')).json()) as JobList;
      expect(jobs).toHaveLength(1);
    });
    const startedMs = performance.now();
    await other[Symbol.asyncDispose]();
    expect((await waiting).status).toBe(202);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  it('ends when the client goes away', async () => {
    const gets = vi.spyOn(api.records.jobs, 'get');
    const leave = new AbortController();
    const waiting = api.ask('/v1/jobs?wait=60', {
      method: 'POST',
      body: JSON.stringify(listen()),
      signal: leave.signal,
    });
    await vi.waitFor(() => expect(gets).toHaveBeenCalled());
    leave.abort();
    await expect(waiting).rejects.toThrow();
    await vi.waitFor(() => expect(api.log()).toMatch(/"path":"\/v1\/jobs".*\n?$/));
    const asked = gets.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(gets.mock.calls.length - asked).toBeLessThanOrEqual(1);
    gets.mockRestore();
  });
});

describe('reading', () => {
  it('pages through jobs, newest first, by status and pipeline', async () => {
    const made = [];
    for (let i = 0; i < 3; i++) made.unshift((await submitted({ ...listen(), pipeline: 'listen@1' })).id);
    const page = async (query: string) => (await (await api.ask(`/v1/jobs?${query}`)).json()) as JobList;
    const first = await page('limit=2&pipeline=listen');
    expect(first.jobs.map(({ id }) => id)).toEqual(made.slice(0, 2));
    const second = await page(`limit=1&cursor=${first.next}`);
    expect(second.jobs.map(({ id }) => id)).toEqual(made.slice(2));
    expect((await page('status=failed')).jobs).toEqual([]);
    expect((await page('pipeline=other')).next).toBeNull();
  });

  it('puts large values back in their places, from the store', async () => {
    const job = await submitted(listen());
    const big = { text: 'from the store', inner: { lines: ['x', 'y'] } };
    const stored = await api.ask('/v1/artifacts', {
      method: 'POST',
      body: JSON.stringify(big),
      headers: { 'content-type': 'application/json' },
    });
    const $spilled = (await stored.json()) as ArtifactRef;
    await api.finish(uuidOf(job), {
      text: { $spilled, path: ['text'] },
      lines: { $spilled, path: ['inner', 'lines'] },
    });
    const view = (await (await api.ask(`/v1/jobs/${job.id}`)).json()) as JobView;
    expect(view.output).toEqual({ text: 'from the store', lines: ['x', 'y'] });
    const list = (await (await api.ask('/v1/jobs?status=completed&limit=1')).json()) as JobList;
    expect(list.jobs[0]?.output).toEqual({ text: $spilled, lines: $spilled });
  });

  it('shows what ran each task', async () => {
    const job = await submitted(listen());
    await api.finish(uuidOf(job), { text: '', lines: [] });
    const view = (await (await api.ask(`/v1/jobs/${job.id}?tasks=true`)).json()) as JobView;
    expect(view.tasks).toMatchObject([
      { status: 'completed', engine: 'toy', device: 'cpu', attempt: 1, seconds: expect.any(Number) },
    ]);
  });

  it('knows nothing of jobs of other tenants', async () => {
    const plan = compile(
      {
        name: 'p',
        version: 1,
        input: {},
        nodes: { n: { stage: 'test.listen@1', in: { audio: null, hint: null } } },
        output: {},
      },
      api.catalogue,
    );
    const id = newUuid();
    await api.records.jobs.submit({ id, tenantId: OTHER_TENANT, plan, input: {}, params: {}, metadata: {} });
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/cancel'],
    ] as const) {
      const response = await api.ask(`/v1/jobs/${showId('job', id)}${path}`, { method });
      expect(await response.json()).toMatchObject({ status: 404, code: 'job.not_found' });
    }
    expect(await api.records.jobs.get(LOCAL_TENANT, id)).toBeUndefined();
  });
});

describe('cancel', () => {
  it('ends a job, and leaves one that ended as it is', async () => {
    const job = await submitted(listen());
    const cancel = async () =>
      (await (await api.ask(`/v1/jobs/${job.id}/cancel`, { method: 'POST' })).json()) as JobView;
    expect((await cancel()).status).toBe('cancelled');
    expect((await cancel()).status).toBe('cancelled');
  });
});

describe('validate', () => {
  const validate = async (body: string, type = 'application/yaml') => {
    const response = await api.ask('/v1/pipelines/validate', {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
    return response.json();
  };
  const yaml = `
name: mine
version: 1
input: { audio: { media: "audio/*" } }
nodes: { n: { stage: test.listen@1, in: { audio: $input.audoi, hint: x } } }
output: { text: $n.txet }
`;

  it('names every fault, of YAML and of JSON', async () => {
    const result = await validate(yaml);
    expect(result).toMatchObject({ valid: false });
    expect(JSON.stringify(result)).toMatch(/nodes\.n\.in\.audio.*output\.text/);
    const good = yaml.replace('audoi', 'audio').replace('txet', 'text');
    expect(await validate(good)).toEqual({ valid: true, errors: [] });
    expect(await validate('{"name": 1}', 'application/json')).toMatchObject({ valid: false });
  });

  it('refuses what is no document at all', async () => {
    expect(await validate('')).toMatchObject({ code: 'request.invalid' });
    expect(await validate('a: [')).toMatchObject({
      code: 'request.invalid',
      detail: expect.stringMatching(/line 1/),
    });
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((c, i) => `${c}: &${c} [${`*${'abcdefgh'[i]},`.repeat(9)}]`).join('\n')}`;
    expect(await validate(bomb)).toMatchObject({ code: 'request.invalid' });
  });
});
