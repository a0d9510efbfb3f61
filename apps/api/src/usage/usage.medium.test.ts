import {
  SCOPE_NAMES,
  parseId,
  type JobView,
  type NewKeyView,
  type TenantView,
  type UsageView,
} from '@intermodal/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../api.testing.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const made = async <T>(path: string, body: unknown): Promise<T> =>
  (await (await api.ask(path, { method: 'POST', body: JSON.stringify(body) })).json()) as T;

async function tenantWith(limits: object) {
  const { id } = await made<TenantView>('/v1/tenants', { name: JSON.stringify(limits), limits });
  const scopes = SCOPE_NAMES.filter((scope) => scope !== 'admin');
  const { key } = await made<NewKeyView>(`/v1/keys?tenant=${id}`, { name: 'test', scopes });
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${api.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string> | undefined) },
    });
  const usage = async (): Promise<UsageView> => {
    while (await api.records.upkeep.countUsage());
    return (await (await ask('/v1/usage')).json()) as UsageView;
  };
  const upload = (bytes: number): Promise<Response> =>
    ask('/v1/artifacts?name=x.wav', {
      method: 'POST',
      body: new Uint8Array(bytes).fill(7),
      headers: { 'content-type': 'audio/wav' },
    });
  const submit = async (): Promise<Response> => {
    const { id: artifact } = (await (await upload(10)).json()) as { id: string };
    return ask('/v1/jobs', {
      method: 'POST',
      body: JSON.stringify({ pipeline: 'listen', input: { audio: { artifact } } }),
    });
  };
  const run = async (): Promise<void> => {
    const { id: job } = (await (await submit()).json()) as JobView;
    await api.finish(parseId('job', job)!, { text: 'x', lines: [] });
  };
  return { id, ask, usage, upload, submit, run };
}

describe('usage', () => {
  it('counts jobs, tasks and bytes once, and keeps them', async () => {
    const tenant = await tenantWith({});
    expect((await tenant.usage()).days).toEqual([]);
    await tenant.run();
    await tenant.run();
    const { id } = (await (await tenant.submit()).json()) as JobView;
    await tenant.ask(`/v1/jobs/${id}/cancel`, { method: 'POST' });
    const first = await tenant.usage();
    expect(first).toMatchObject({
      storedBytes: 30,
      total: { jobs: { completed: 2, failed: 0, cancelled: 1 }, tasks: 2, uploadedBytes: 30, madeBytes: 0 },
      shares: [
        { pipeline: 'listen', stage: 'test.listen@1', engine: 'toy', model: null, tasks: 2, failed: 0 },
      ],
    });
    expect(first.days).toHaveLength(1);
    expect(first.total.computeSeconds).toBeGreaterThan(0);
    expect(await tenant.usage()).toEqual(first);
  });

  it('is of the days that were asked for, and of nobody else', async () => {
    const tenant = await tenantWith({ openJobs: 5 });
    await tenant.run();
    await tenant.usage();
    const past = await tenant.ask('/v1/usage?from=2020-01-01&to=2020-02-01');
    expect(await past.json()).toMatchObject({ days: [], shares: [], total: { tasks: 0 } });
    const operator = (await (await api.ask(`/v1/usage?tenant=${tenant.id}`)).json()) as UsageView;
    expect(operator.total.jobs.completed).toBe(1);
    const other = await tenantWith({ openJobs: 6 });
    expect((await other.ask(`/v1/usage?tenant=${tenant.id}`)).status).toBe(403);
    expect((await other.usage()).total.tasks).toBe(0);
  });

  it.each([
    'from=2026-02-02&to=2026-02-01',
    'from=2020-01-01&to=2026-01-01',
    'from=yesterday',
    'until=2026-01-01',
  ])('is not answered for %s', async (query) => {
    expect((await api.ask(`/v1/usage?${query}`)).status).toBe(400);
  });
});

describe('a quota', () => {
  it('of stored bytes refuses the upload that does not fit', async () => {
    const tenant = await tenantWith({ storedBytes: 1_000 });
    expect((await tenant.upload(1_001)).status).toBe(429);
    expect((await tenant.upload(900)).status).toBe(201);
    const refused = () => tenant.upload(200);
    await expect.poll(async () => (await refused()).status, { timeout: 10_000 }).toBe(429);
    const answer = await refused();
    expect(answer.headers.get('retry-after')).toBe('3600');
    expect(await answer.json()).toMatchObject({ code: 'quota.stored_bytes' });
  });

  it('of compute seconds refuses jobs until the month is over', async () => {
    const tenant = await tenantWith({ computeSecondsPerMonth: 1 });
    await tenant.run();
    expect((await tenant.submit()).status).toBe(202);
    await api.useSeconds(tenant.id, 5);
    await expect.poll(async () => (await tenant.submit()).status, { timeout: 10_000 }).toBe(429);
    const answer = await tenant.submit();
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({
      code: 'quota.compute_seconds',
      detail: expect.stringContaining('of 1 compute'),
    });
  });

  it('of open jobs is the tenant’s own where it has one', async () => {
    const tenant = await tenantWith({ openJobs: 1 });
    expect((await tenant.submit()).status).toBe(202);
    expect(await (await tenant.submit()).json()).toMatchObject({ code: 'quota.open_jobs' });
  });
});
