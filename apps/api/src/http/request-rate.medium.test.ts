import { SCOPE_NAMES, type NewKeyView, type TenantView } from '@intermodal/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../api.testing.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const made = async <T>(path: string, body: unknown): Promise<T> =>
  (await (await api.ask(path, { method: 'POST', body: JSON.stringify(body) })).json()) as T;

/** Of a tenant with limits of its own. */
async function keyOf(limits: object): Promise<string> {
  const { id } = await made<TenantView>('/v1/tenants', { name: JSON.stringify(limits), limits });
  const scopes = SCOPE_NAMES.filter((scope) => scope !== 'admin');
  return (await made<NewKeyView>(`/v1/keys?tenant=${id}`, { name: 'test', scopes })).key;
}

const ask = (key: string): Promise<Response> =>
  fetch(`${api.url}/v1/jobs`, { headers: { authorization: `Bearer ${key}` } });

it('lets the burst through, and says when to ask again', async () => {
  const key = await keyOf({ requestsPerSecond: 0.1, requestBurst: 3 });
  const answers = [];
  for (let i = 0; i < 4; i++) answers.push(await ask(key));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(answers[0]!.headers.get('ratelimit-policy')).toBe('"requests";q=3;w=30');
  expect(answers[0]!.headers.get('ratelimit')).toMatch(/^"requests";r=2;t=\d+$/);
  const refused = answers[3]!;
  expect(refused.headers.get('ratelimit')).toMatch(/^"requests";r=0;t=\d+$/);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
  expect(await refused.json()).toMatchObject({
    code: 'rate.limited',
    detail: expect.stringContaining('0.1 requests a second'),
  });
});

it('has no limit where nobody set one', async () => {
  const answer = await ask(await keyOf({}));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('ratelimit')).toBeNull();
});

it('takes the settings where a tenant has no limit of its own', async () => {
  await using other = await startApi({ limits: { requestsPerSecond: 0.1, requestBurst: 1 } });
  expect((await other.ask('/v1/jobs')).status).toBe(200);
  expect((await other.ask('/v1/jobs')).status).toBe(429);
});

it('goes on counting, and answering, without Redis', async () => {
  await using other = await startApi({
    redisUrl: 'redis://127.0.0.1:1',
    limits: { requestsPerSecond: 0.1, requestBurst: 2 },
  });
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await other.ask('/v1/jobs')).status);
  expect(statuses).toEqual([200, 200, 429]);
});
