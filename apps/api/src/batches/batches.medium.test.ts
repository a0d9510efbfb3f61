import {
  newUuid,
  parseId,
  showId,
  type ArtifactRef,
  type BatchList,
  type DeliveryList,
  type JobView,
} from '@intermodal/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_TENANT, startApi, type RunningApi } from '../api.testing.ts';
import { AskedBatches, batchOf, goodRow } from './batches.testing.ts';

let api: RunningApi;
let audio: ArtifactRef;
let batches: AskedBatches;
beforeAll(async () => {
  api = await startApi();
  batches = new AskedBatches(api);
  audio = await batches.uploadAudio();
});
afterAll(() => api[Symbol.asyncDispose]());

const post = (...given: Parameters<AskedBatches['post']>) => batches.post(...given);
const get = (id: string) => batches.get(id);
const results = (id: string) => batches.rows(id, 'results');
const good = (custom_id: string, more: object = {}) => goodRow(audio, custom_id, more);

/** What a broken line, an unknown field and the like say. */
const bad = () => [
  ['not an object', 7],
  ['an unknown field', { ...good('u'), inputs: {} }],
  ['no custom_id', { input: { audio: { artifact: 'art_1' } } }],
  ['an unknown input', { custom_id: 'x', input: { audoi: 1 } }],
  ['a missing input', { custom_id: 'm' }],
  ['an unknown artifact', { custom_id: 'n', input: { audio: { artifact: showId('artifact', newUuid()) } } }],
  ['a wrong param', good('p', { params: { tone: 'loud' } })],
  ['a doubled custom_id', good('a')],
];

describe('a batch', () => {
  it('runs its good rows, names its bad ones by line, and ends with the last of them', async () => {
    const rows = [good('a'), ...bad().map(([, row]) => row), good('z', { params: { loudness: 9 } })];
    const response = await post({
      pipeline: 'listen',
      params: { tone: 'low' },
      rows,
      metadata: { mine: 'x' },
    });
    expect(response.status).toBe(202);
    const batch = await batchOf(response);
    expect(response.headers.get('location')).toBe(`/v1/batches/${batch.id}`);
    expect(batch).toMatchObject({
      pipeline: 'listen@2',
      status: 'queued',
      counts: { total: 10, queued: 2, invalid: 8 },
      percent: 80,
      metadata: { mine: 'x' },
    });
    expect(batch.errors.map(({ line, customId, code, message }) => [line, customId, code, message])).toEqual([
      [2, undefined, 'input.invalid', expect.stringMatching(/^row: .*expected object/)],
      [3, 'u', 'input.invalid', expect.stringMatching(/inputs/)],
      [4, undefined, 'input.invalid', expect.stringMatching(/^row\.custom_id/)],
      [5, 'x', 'input.invalid', expect.stringMatching(/input\.audoi/)],
      [6, 'm', 'input.absent', expect.stringMatching(/input\.audio/)],
      [7, 'n', 'artifact.not_found', expect.stringMatching(/input\.audio: there is no artifact art_/)],
      [8, 'p', 'input.invalid', expect.stringMatching(/params\.tone/)],
      [9, 'a', 'input.invalid', "row.custom_id: 'a' is used on line 1 already."],
    ]);
    const [first, ...others] = await results(batch.id);
    expect(first).toMatchObject({ custom_id: 'a', line: 1, status: 'queued' });
    const job = (await (await api.ask(`/v1/jobs/${first!.job}`)).json()) as JobView;
    expect(job).toMatchObject({ batch: batch.id, params: { tone: 'low', loudness: 3 } });
    await api.finish(parseId('job', first!.job!)!, { text: 'one', lines: [] });
    expect(await get(batch.id)).toMatchObject({ status: 'running', percent: 90 });
    await api.finish(parseId('job', others.at(-1)!.job!)!, { text: 'two', lines: [] });
    expect(await get(batch.id)).toMatchObject({
      status: 'completed',
      counts: { completed: 2, queued: 0, invalid: 8 },
      percent: 100,
      finishedAt: expect.any(String),
    });
    const after = await results(batch.id);
    expect(after.map(({ line, status }) => [line, status])).toEqual([
      [1, 'completed'],
      ...Array.from({ length: 8 }, (_, i) => [i + 2, 'invalid']),
      [10, 'completed'],
    ]);
    expect(after[0]).toMatchObject({ output: { text: 'one' } });
    expect(after[1]).toMatchObject({ custom_id: null, error: { code: 'input.invalid' } });
  });

  it('fails when no row is good', async () => {
    const batch = await batchOf(post({ pipeline: 'listen', rows: [1, 2] }));
    expect(batch).toMatchObject({ status: 'failed', percent: 100, counts: { invalid: 2 } });
  });

  it('is cancelled', async () => {
    const { id } = await batchOf(post({ pipeline: 'listen', rows: [good('a'), good('b')] }));
    const cancelled = await batchOf(api.ask(`/v1/batches/${id}/cancel`, { method: 'POST' }));
    expect(cancelled).toMatchObject({ status: 'cancelled', counts: { cancelled: 2 } });
    expect(await results(id)).toMatchObject([
      { status: 'cancelled', error: { code: 'job.cancelled' } },
      { status: 'cancelled' },
    ]);
  });

  it('is retried once it has ended, with all its rows, and told where the first one was told', async () => {
    const webhook = { url: 'http://127.0.0.1:1/hook' };
    const { id } = await batchOf(
      post({ pipeline: 'listen', rows: [good('a'), { custom_id: 'bad' }], webhook }),
    );
    const retry = (of: string) => api.ask(`/v1/batches/${of}/retry`, { method: 'POST' });
    const early = await retry(id);
    expect(await early.json()).toMatchObject({ status: 409, code: 'batch.not_failed' });
    await api.ask(`/v1/batches/${id}/cancel`, { method: 'POST' });
    const response = await retry(id);
    const again = await batchOf(response);
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/v1/batches/${again.id}`);
    expect(again).toMatchObject({
      ...{ status: 'queued', retryOf: id, counts: { total: 2, queued: 1, invalid: 1 } },
      webhook: { url: webhook.url, secret: expect.stringMatching(/^whsec_/) as string },
    });
    expect((await batchOf(retry(id))).id).toBe(again.id);
    expect(await get(id)).toMatchObject({ status: 'cancelled', retriedBy: again.id });
    expect(await results(again.id)).toMatchObject([
      { custom_id: 'a', status: 'queued' },
      { custom_id: 'bad', status: 'invalid' },
    ]);
    const [row] = await results(again.id);
    const ofBatch = await api.ask(`/v1/jobs/${row!.job}/retry`, { method: 'POST' });
    expect(((await ofBatch.json()) as { detail: string }).detail).toContain(again.id);
  });

  it('is one for one key, and another request under the key is refused', async () => {
    const headers = { 'idempotency-key': 'batch-1' };
    const body = { pipeline: 'listen', rows: [good('a')] };
    const first = await batchOf(post(body, headers));
    expect((await batchOf(post(body, headers))).id).toBe(first.id);
    const other = await post({ ...body, rows: [good('b')] }, headers);
    expect(await other.json()).toMatchObject({ status: 422, code: 'idempotency.conflict' });
  });

  it('takes 1,000 rows, and shows all of them in order', async () => {
    const rows = Array.from({ length: 1_000 }, (_, i) => good(`row ${i}`));
    const startedMs = performance.now();
    const batch = await batchOf(post({ pipeline: 'listen', rows }));
    console.info(`1,000 rows accepted in ${Math.round(performance.now() - startedMs)} ms over HTTP`);
    expect(batch.counts).toMatchObject({ total: 1_000, queued: 1_000, invalid: 0 });
    expect((await results(batch.id)).map(({ custom_id }) => custom_id)).toEqual(
      rows.map(({ custom_id }) => custom_id),
    );
  });

  it('is listed, page by page', async () => {
    const list = async (query: string) => (await (await api.ask(`/v1/batches${query}`)).json()) as BatchList;
    const first = await list('?limit=2');
    expect(first.batches).toHaveLength(2);
    const second = await list(`?limit=2&cursor=${first.next}`);
    expect(second.batches[0]!.createdAt <= first.batches[1]!.createdAt).toBe(true);
    expect(second.batches[0]!.id).not.toBe(first.batches[1]!.id);
  });

  it.each<[string, unknown, number, string, RegExp]>([
    ['no row', { pipeline: 'listen', rows: [] }, 422, 'input.absent', /^rows: /],
    [
      'too many rows',
      { pipeline: 'listen', rows: Array.from({ length: 1_001 }, () => 1) },
      413,
      'input.too_large',
      /1001 rows; 1000 is the limit/,
    ],
    ['neither rows nor a file', { pipeline: 'listen' }, 422, 'input.invalid', /body\.(rows|artifact)/],
    ['an unknown field', { pipeline: 'listen', rows: [1], row: 1 }, 422, 'input.invalid', /row/],
    ['an unknown pipeline', { pipeline: 'x', rows: [1] }, 404, 'pipeline.unknown', /'x'/],
    ['an unknown file', { pipeline: 'listen', artifact: 'art_1' }, 404, 'artifact.not_found', /^artifact: /],
  ])('refuses %s', async (_name, body, status, code, detail) => {
    const response = await post(body);
    expect(await response.json()).toMatchObject({ status, code, detail: expect.stringMatching(detail) });
  });

  it('wants to know the pipeline of JSON lines', async () => {
    const headers = { 'content-type': 'application/jsonl' };
    const response = await api.ask('/v1/batches', { method: 'POST', body: '{}', headers });
    expect(await response.json()).toMatchObject({ code: 'input.absent', detail: /./ });
  });

  it("does not see another tenant's artifacts, and is not seen by another tenant", async () => {
    const foreign = { ...audio, id: showId('artifact', newUuid()) };
    await api.records.artifacts.add(OTHER_TENANT, foreign);
    const row = { custom_id: 'a', input: { audio: { artifact: foreign.id } } };
    const batch = await batchOf(post({ pipeline: 'listen', rows: [row] }));
    expect(batch.errors).toMatchObject([{ code: 'artifact.not_found' }]);
    expect(await api.records.batches.get(OTHER_TENANT, parseId('batch', batch.id)!)).toBeUndefined();
    for (const path of ['', '/results', '/errors', '/deliveries']) {
      const response = await api.ask(`/v1/batches/${showId('batch', newUuid())}${path}`);
      expect(await response.json()).toMatchObject({ status: 404, code: 'batch.not_found' });
    }
  });
});

describe('a webhook', () => {
  const url = 'http://127.0.0.1:9/hook';
  const submitJob = (webhook: object, headers = {}) =>
    api.ask('/v1/jobs', {
      method: 'POST',
      body: JSON.stringify({ pipeline: 'listen', input: { audio: { artifact: audio.id } }, webhook }),
      headers,
    });

  it('is answered once with its secret, to a job and to a batch', async () => {
    const headers = { 'idempotency-key': 'hook-1' };
    const job = (await (await submitJob({ url }, headers)).json()) as JobView;
    expect(job.webhook).toEqual({
      id: expect.stringMatching(/^whk_/) as string,
      url,
      secret: expect.stringMatching(/^whsec_/) as string,
    });
    const again = (await (await submitJob({ url }, headers)).json()) as JobView;
    expect(again.webhook).toEqual(job.webhook);
    expect(await (await api.ask(`/v1/jobs/${job.id}`)).json()).not.toHaveProperty('webhook');
    const batch = await batchOf(post({ pipeline: 'listen', rows: [1], webhook: { url } }));
    expect(batch.webhook?.secret).not.toBe(job.webhook!.secret);
    expect(api.log()).not.toContain('whsec_');
  });

  it('has a message as soon as its job or batch has ended', async () => {
    const { id } = (await (await submitJob({ url })).json()) as JobView;
    const deliveries = async (path: string) => (await (await api.ask(path)).json()) as DeliveryList;
    expect(await deliveries(`/v1/jobs/${id}/deliveries`)).toMatchObject({
      webhook: { url, status: 'enabled' },
      messages: [],
    });
    await api.finish(parseId('job', id)!, { text: 'x', lines: [] });
    expect((await deliveries(`/v1/jobs/${id}/deliveries`)).messages).toMatchObject([
      { id: expect.stringMatching(/^evt_/), type: 'job.completed', status: 'pending', deliveries: [] },
    ]);
    const failed = await batchOf(post({ pipeline: 'listen', rows: [1], webhook: { url } }));
    expect((await deliveries(`/v1/batches/${failed.id}/deliveries`)).messages).toMatchObject([
      { type: 'batch.failed' },
    ]);
    const without = await batchOf(post({ pipeline: 'listen', rows: [1] }));
    expect(await deliveries(`/v1/batches/${without.id}/deliveries`)).toEqual({ webhook: null, messages: [] });
  });

  it.each(['http://10.0.0.1/', 'http://169.254.169.254/latest', 'ftp://example.com/', 'nonsense'])(
    'to %s is refused, for jobs and for batches',
    async (bad) => {
      const refusal = {
        status: 422,
        code: 'input.invalid',
        detail: expect.stringMatching(/^webhook\.url: .*\.$/) as string,
      };
      expect(await (await submitJob({ url: bad })).json()).toMatchObject(refusal);
      const batch = post({ pipeline: 'listen', rows: [good('a')], webhook: { url: bad } });
      expect(await (await batch).json()).toMatchObject(refusal);
    },
  );

  it('to a name that resolves to this machine is refused in a cluster', async () => {
    await using cluster = await startApi({ mode: 'cluster' });
    const body = { pipeline: 'listen', input: {}, rows: [1], webhook: { url: 'http://localhost/' } };
    const { input: _, ...batch } = body;
    const response = await cluster.ask('/v1/batches', { method: 'POST', body: JSON.stringify(batch) });
    expect(await response.json()).toMatchObject({
      code: 'input.invalid',
      detail: "webhook.url: 'localhost' resolves to an address that is not public.",
    });
  });
});
