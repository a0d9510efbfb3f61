import { createHash } from 'node:crypto';
import {
  newSecret,
  newUuid,
  parseKeyText,
  SCOPE_NAMES,
  showId,
  type KeyView,
  type NewKeyView,
  type TenantView,
} from '@intermodal/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY, LOCAL_TENANT, OTHER_TENANT, startApi, type RunningApi } from '../api.testing.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const json = { 'content-type': 'application/json' };

/** With another key than that of local mode. */
const askAs = (key: string, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${api.url}${path}`, { ...init, headers: { authorization: `Bearer ${key}`, ...json } });

const post = (path: string, body?: unknown, key = KEY): Promise<Response> =>
  askAs(key, path, { method: 'POST', ...(body !== undefined && { body: JSON.stringify(body) }) });

async function make(scopes: readonly string[], more: object = {}, query = ''): Promise<NewKeyView> {
  const response = await post(`/v1/keys${query}`, { name: 'test', scopes, ...more });
  expect(response.status).toBe(201);
  return (await response.json()) as NewKeyView;
}

const statusOf = async (key: string, path = '/v1/jobs'): Promise<number> => (await askAs(key, path)).status;

describe('a key', () => {
  it('is shown once, and only its hash is kept', async () => {
    const made = await make(['jobs:read'], { name: 'nightly import' });
    expect(made).toMatchObject({
      name: 'nightly import',
      scopes: ['jobs:read'],
      status: 'active',
      expiresAt: null,
      lastUsedAt: null,
    });
    expect(made.key.startsWith(`${made.prefix}_`)).toBe(true);
    expect(await statusOf(made.key)).toBe(200);
    const text = await (await api.ask(`/v1/keys/${made.id}`)).text();
    const { secret, uuid } = parseKeyText(made.key)!;
    expect(text).not.toContain(secret);
    const kept = await api.records.keys.find(uuid);
    expect(kept!.secrets).toEqual([createHash('sha256').update(secret).digest()]);
  });

  it('may do what its scopes say, and is told which one is missing', async () => {
    const { key } = await make(['jobs:read']);
    const refused = await post('/v1/jobs', { pipeline: 'listen' }, key);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      code: 'key.scope',
      detail: expect.stringContaining('jobs:write'),
    });
  });

  it('notes when it was used', async () => {
    const { key, id } = await make(['jobs:read']);
    await statusOf(key);
    await expect
      .poll(async () => ((await (await api.ask(`/v1/keys/${id}`)).json()) as KeyView).lastUsedAt)
      .toMatch(/:00\.000Z$/);
  });

  it('is refused in the same words when it is unknown, of another secret, revoked or expired', async () => {
    const revoked = await make(['jobs:read']);
    expect(await statusOf(revoked.key)).toBe(200);
    expect(((await (await post(`/v1/keys/${revoked.id}/revoke`)).json()) as KeyView).status).toBe('revoked');
    const expired = newUuid();
    const secret = newSecret();
    await api.records.keys.create({
      id: expired,
      tenantId: LOCAL_TENANT,
      name: 'past',
      scopes: ['jobs:read'],
      secretSha256: createHash('sha256').update(secret).digest(),
      expiresAt: new Date(Date.now() - 1),
    });
    const good = await make(['jobs:read']);
    const flipped = good.key.slice(0, -1) + (good.key.endsWith('0') ? '1' : '0');
    const { prefix } = await make(['jobs:read']);
    const bad = [
      revoked.key,
      `im_live_${showId('key', expired).slice(4)}_${secret}`,
      flipped,
      `${prefix}_${parseKeyText(good.key)!.secret}`,
      parseKeyText(good.key)!.secret,
      `im_live_${'0'.repeat(26)}_${'0'.repeat(52)}`,
      'im_local_0123456789abcdef0124',
    ];
    const answers = await Promise.all(
      bad.map(async (key) => {
        const response = await askAs(key, '/v1/jobs');
        const { requestId: _, ...body } = (await response.json()) as { requestId: string };
        return { status: response.status, body };
      }),
    );
    for (const answer of answers) expect(answer).toEqual({ ...answers[0], status: 401 });
    expect(await statusOf(good.key)).toBe(200);
  });

  it('expires', async () => {
    const { key } = await make(['jobs:read'], { expiresAt: new Date(Date.now() + 1_500).toISOString() });
    expect(await statusOf(key)).toBe(200);
    await expect.poll(() => statusOf(key), { timeout: 10_000 }).toBe(401);
  });

  it('is rotated: every older secret goes on for its grace time, also when it is asked twice', async () => {
    const first = await make(['jobs:read']);
    const second = (await (await post(`/v1/keys/${first.id}/rotate`)).json()) as NewKeyView;
    const third = (await (
      await post(`/v1/keys/${first.id}/rotate`, { graceSeconds: 3_600 })
    ).json()) as NewKeyView;
    expect(third.oldSecretsUntil).not.toBeNull();
    expect(new Set([first.key, second.key, third.key]).size).toBe(3);
    for (const { key } of [first, second, third]) expect(await statusOf(key)).toBe(200);
    const last = (await (
      await post(`/v1/keys/${first.id}/rotate`, { graceSeconds: 0 })
    ).json()) as NewKeyView;
    for (const { key } of [first, second, third]) expect(await statusOf(key)).toBe(401);
    expect(await statusOf(last.key)).toBe(200);
    await post(`/v1/keys/${first.id}/revoke`);
    expect(await statusOf(last.key)).toBe(401);
    expect((await post(`/v1/keys/${first.id}/rotate`)).status).toBe(409);
  });

  it('gives nobody more than he has', async () => {
    const { key } = await make(['keys:manage', 'jobs:read']);
    const strong = await make(['admin']);
    const made = await post('/v1/keys', { name: 'x', scopes: ['jobs:read', 'jobs:write'] }, key);
    expect(made.status).toBe(403);
    expect(await made.json()).toMatchObject({
      code: 'key.scope',
      detail: expect.stringMatching(/scope jobs:write:/),
    });
    expect((await post('/v1/keys', { name: 'x', scopes: ['admin'] }, key)).status).toBe(403);
    expect((await post(`/v1/keys/${strong.id}/rotate`, {}, key)).status).toBe(403);
    expect((await post('/v1/keys', { name: 'x', scopes: ['jobs:read'] }, key)).status).toBe(201);
    expect(await statusOf(strong.key)).toBe(200);
  });

  it('is unknown to other tenants, and open to an operator who names the tenant', async () => {
    const other = showId('tenant', OTHER_TENANT);
    const { key, id } = await make(['keys:manage'], {}, `?tenant=${other}`);
    const own = await make(['jobs:read']);
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/rotate'],
      ['POST', '/revoke'],
    ]) {
      const response = await askAs(key, `/v1/keys/${own.id}${path}`, { method: method! });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'key.not_found' });
    }
    expect(await statusOf(own.key)).toBe(200);
    expect((await askAs(key, `/v1/keys/${own.id}?tenant=${showId('tenant', LOCAL_TENANT)}`)).status).toBe(
      403,
    );
    const { keys } = (await (await api.ask(`/v1/keys?tenant=${other}`)).json()) as { keys: KeyView[] };
    expect(keys.map((one) => one.id)).toEqual([id]);
    expect((await api.ask(`/v1/keys?tenant=${showId('tenant', newUuid())}`)).status).toBe(404);
  });

  it('is listed page by page, the newest first', async () => {
    const made = [await make(['jobs:read']), await make(['jobs:read']), await make(['jobs:read'])];
    const first = (await (await api.ask('/v1/keys?limit=2')).json()) as { keys: KeyView[]; next: string };
    const second = (await (await api.ask(`/v1/keys?limit=2&cursor=${first.next}`)).json()) as {
      keys: KeyView[];
    };
    expect([...first.keys, ...second.keys].slice(0, 3).map(({ id }) => id)).toEqual(
      made.map(({ id }) => id).reverse(),
    );
  });

  it.each([
    [{ name: 'x', scopes: ['jobs:all'] }, 'body.scopes.0: expected one of'],
    [{ name: 'x', scopes: [] }, 'body.scopes'],
    [{ name: ' ', scopes: ['jobs:read'] }, 'body.name'],
    [{ name: 'x', scopes: ['jobs:read'], expiresAt: '2020-01-01T00:00:00Z' }, 'body.expiresAt'],
    [{ name: 'x', scopes: ['jobs:read'], expires: 'never' }, 'body'],
  ])('is not made of %j', async (body, place) => {
    const response = await post('/v1/keys', body);
    expect(response.status).toBe(422);
    expect(((await response.json()) as { detail: string }).detail).toContain(place);
  });
});

describe('the key of local mode', () => {
  it('has every scope, and is not rotated', async () => {
    const { keys } = (await (await api.ask('/v1/keys?limit=100')).json()) as { keys: KeyView[] };
    const local = keys.find(({ name }) => name === 'local')!;
    expect(local.scopes).toEqual(SCOPE_NAMES);
    expect((await post(`/v1/keys/${local.id}/rotate`)).status).toBe(409);
  });
});

describe('a tenant', () => {
  it('is made, listed and changed; limits that are not named stay', async () => {
    const made = (await (
      await post('/v1/tenants', {
        name: 'research',
        weight: 3,
        limits: { openJobs: 10, requestsPerSecond: 2.5 },
      })
    ).json()) as TenantView;
    expect(made).toMatchObject({
      name: 'research',
      weight: 3,
      limits: { openJobs: 10, requestsPerSecond: 2.5, storedBytes: null },
    });
    const changed = await post(`/v1/tenants/${made.id}`, { limits: { openJobs: null, storedBytes: 5 } });
    expect(await changed.json()).toMatchObject({
      weight: 3,
      limits: { openJobs: null, requestsPerSecond: 2.5, storedBytes: 5 },
    });
    const { tenants } = (await (await api.ask('/v1/tenants?limit=1')).json()) as { tenants: TenantView[] };
    expect(tenants).toMatchObject([{ id: made.id }]);
    expect((await post('/v1/tenants', { name: 'research' })).status).toBe(409);
    expect((await post(`/v1/tenants/${showId('tenant', newUuid())}`, { weight: 2 })).status).toBe(404);
    expect((await post(`/v1/tenants/${made.id}`, { weight: 101 })).status).toBe(422);
  });

  it('is for operators', async () => {
    const { key } = await make(SCOPE_NAMES.filter((scope) => scope !== 'admin'));
    expect(await statusOf(key, '/v1/tenants')).toBe(403);
  });
});
