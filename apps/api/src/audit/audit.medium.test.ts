import { ROUTES, type AuditEntry, type JobView, type NewKeyView, type Route } from '@intermodal/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KEY, startApi, type RunningApi } from '../api.testing.ts';
import { isAudited } from './audit-trail.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const post = async <T>(path: string, body: unknown = {}, key = KEY): Promise<T> =>
  (await (
    await api.ask(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${key}` },
    })
  ).json()) as T;

/** The outcome is written beside the answer. */
async function newest(count: number): Promise<AuditEntry[]> {
  let entries: AuditEntry[] = [];
  await expect
    .poll(async () => {
      ({ entries } = (await (await api.ask(`/v1/audit?limit=${count}`)).json()) as { entries: AuditEntry[] });
      return entries.map(({ outcome }) => outcome);
    })
    .not.toContain('unknown');
  return entries;
}

it('says who made, changed and was refused what', async () => {
  const made = await post<NewKeyView>('/v1/keys', { name: 'helper', scopes: ['jobs:read'] });
  await post('/v1/keys', { name: 'helper', scopes: ['admin'] }, made.key);
  await post(`/v1/keys/${made.id}/revoke`);
  await post('/v1/tenants', { name: '' });
  const entries = await newest(4);
  expect(
    entries.map(({ keyName, operation, target, outcome, status }) => [
      keyName,
      operation,
      target,
      outcome,
      status,
    ]),
  ).toEqual([
    ['local', 'createTenant', null, 'input.invalid', 422],
    ['local', 'revokeKey', made.id, 'done', 200],
    ['helper', 'createKey', null, 'key.scope', 403],
    ['local', 'createKey', made.id, 'done', 201],
  ]);
  expect(entries[2]!.key).toBe(made.id);
});

it('has cancelled jobs, under the id of the request', async () => {
  const upload = await api.ask('/v1/artifacts', {
    method: 'POST',
    body: 'RIFF',
    headers: { 'content-type': 'audio/wav' },
  });
  const { id: artifact } = (await upload.json()) as { id: string };
  const job = await post<JobView>('/v1/jobs', { pipeline: 'listen', input: { audio: { artifact } } });
  await api.ask(`/v1/jobs/${job.id}/cancel`, { method: 'POST', headers: { 'x-request-id': 'cancel-it-1' } });
  expect((await newest(1))[0]).toMatchObject({
    operation: 'cancelJob',
    target: job.id,
    outcome: 'done',
    requestId: 'cancel-it-1',
  });
});

it('has what was asked for under a name that Postgres cannot keep', async () => {
  const refused = await api.ask('/v1/jobs/job%00_1/cancel', { method: 'POST' });
  expect(refused.status).toBe(400);
  expect((await newest(1))[0]).toMatchObject({
    operation: 'cancelJob',
    target: 'job\uFFFD_1',
    outcome: 'request.invalid',
  });
});

it('is of the tenant alone, page by page', async () => {
  const { key } = await post<NewKeyView>('/v1/keys', { name: 'reader', scopes: ['jobs:read'] });
  expect((await fetch(`${api.url}/v1/audit`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(
    403,
  );
  const first = (await (await api.ask('/v1/audit?limit=1')).json()) as {
    entries: AuditEntry[];
    next: string;
  };
  const second = (await (await api.ask(`/v1/audit?limit=1&cursor=${first.next}`)).json()) as {
    entries: AuditEntry[];
  };
  expect(second.entries[0]!.id < first.entries[0]!.id).toBe(true);
});

it('has every route that changes something under a scope that manages', () => {
  const audited = Object.entries<Route>(ROUTES)
    .filter(([, route]) => isAudited(route))
    .map(([name]) => name);
  expect(audited).toEqual(
    expect.arrayContaining([
      'cancelJob',
      'cancelBatch',
      'createKey',
      'rotateKey',
      'revokeKey',
      'createTenant',
      'changeTenant',
    ]),
  );
});

it('is deleted when it is old', async () => {
  expect(await newest(100)).not.toEqual([]);
  await api.records.upkeep.deleteOldAudit(10 ** 12);
  expect(await newest(100)).not.toEqual([]);
  await api.records.upkeep.deleteOldAudit(0);
  expect(await newest(100)).toEqual([]);
});
