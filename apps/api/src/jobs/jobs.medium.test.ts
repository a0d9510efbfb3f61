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
    }, 10_000);
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

  it('are found by batch, time and metadata, within their tenant and page by page', async () => {
    const found = async (query: string) =>
      ((await (await api.ask(`/v1/jobs?${query}`)).json()) as JobList).jobs.map(({ id }) => id);
    const made: string[] = [];
    const metadata = { user: 'ada=1', part: 'x' };
    for (let i = 0; i < 3; i++) made.unshift((await submitted({ ...listen(), metadata })).id);
    const other = await submitted({ ...listen(), metadata: { user: 'bo' } });
    expect(await found('metadata=user=ada%3D1')).toEqual(made);
    expect(await found('metadata=user=ada%3D1&metadata=part=x&limit=2')).toEqual(made.slice(0, 2));
    expect(await found(`metadata=user=ada%3D1&cursor=${made[0]}`)).toEqual(made.slice(1));
    expect(await found('metadata=user=ada%3D1&status=completed')).toEqual([]);
    expect(await found('metadata=user=x')).toEqual([]);
    const at = encodeURIComponent(other.createdAt);
    expect(await found(`from=${at}&limit=5`)).toEqual([other.id]);
    expect((await found(`until=${at}&limit=1`))[0]).toBe(made[0]);
    expect(await found(`until=1969-12-31T00:00:00Z`)).toEqual([]);
    const rows = ['a', 'b'].map((custom_id) => ({ custom_id, input: listen().input }));
    const sent = await api.ask('/v1/batches', {
      method: 'POST',
      body: JSON.stringify({ pipeline: 'listen', rows }),
    });
    const { id: batch } = (await sent.json()) as { id: string };
    expect(await found(`batch=${batch}`)).toHaveLength(2);
    expect(await found(`batch=${batch}&limit=1`)).toHaveLength(1);
    const bad = async (query: string) => (await (await api.ask(`/v1/jobs?${query}`)).json()) as object;
    for (const query of ['from=today', 'batch=x', 'metadata=x', 'pipeline=%00', 'metadata=a%00=b'])
      expect(await bad(query), query).toMatchObject({ status: 400, code: 'request.invalid' });
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
      ['POST', '/retry'],
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

describe('retry', () => {
  it('makes another job, once the first has failed or was cancelled', async () => {
    const job = await submitted({ ...listen(), metadata: { mine: 'yes' } });
    const retry = (id: string) => api.ask(`/v1/jobs/${id}/retry`, { method: 'POST' });
    const early = await retry(job.id);
    expect(await early.json()).toMatchObject({
      ...{ status: 409, code: 'job.not_failed' },
      detail: `The job ${job.id} is queued: only a failed or cancelled one can be retried.`,
    });
    await api.ask(`/v1/jobs/${job.id}/cancel`, { method: 'POST' });
    const response = await retry(job.id);
    const again = (await response.json()) as JobView;
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/v1/jobs/${again.id}`);
    expect(again).toMatchObject({ status: 'queued', retryOf: job.id, metadata: { mine: 'yes' } });
    expect(((await (await retry(job.id)).json()) as JobView).id).toBe(again.id);
    const old = (await (await api.ask(`/v1/jobs/${job.id}`)).json()) as JobView;
    expect(old).toMatchObject({ status: 'cancelled', retriedBy: again.id });
  });
});

describe('a tenant with as many open jobs as it may have', () => {
  it('is refused more, until one has ended; what was accepted before is answered', async () => {
    await using small = await startApi({ openJobsMax: 1 });
    const post = (key: string) =>
      small.ask('/v1/jobs', {
        method: 'POST',
        body: JSON.stringify({
          pipeline: 'listen',
          input: { audio: { base64: 'AAAA', mediaType: 'audio/wav' } },
        }),
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
      });
    const first = (await (await post('one')).json()) as JobView;
    const refused = await post('two');
    expect(refused.headers.get('retry-after')).toBe('10');
    expect(await refused.json()).toMatchObject({ status: 429, code: 'quota.open_jobs' });
    expect(((await (await post('one')).json()) as JobView).id).toBe(first.id);
    await small.finish(uuidOf(first), { text: 'hello', lines: [] });
    expect((await post('two')).status).toBe(202);
  });
});
