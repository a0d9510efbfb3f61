import { newUuid, showId, type WebhookEndpointSecret } from '@intermodal/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OTHER_TENANT, startApi, type RunningApi } from '../api.testing.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await api.ask(path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    location: response.headers.get('location'),
    json: (text === '' ? undefined : JSON.parse(text)) as Record<string, any>,
  };
};
const URL = 'http://127.0.0.1:4999/hook';
const create = async (body: Record<string, unknown> = {}) =>
  (await ask('POST', '/v1/webhooks', { url: URL, ...body })).json as WebhookEndpointSecret;

describe('an endpoint', () => {
  test('is made with a secret that no later answer has', async () => {
    const { status, location, json } = await ask('POST', '/v1/webhooks', {
      url: URL,
      events: ['job.failed'],
    });
    expect(status).toBe(201);
    expect(location).toBe(`/v1/webhooks/${json.id}`);
    expect(json).toMatchObject({
      ...{ url: URL, events: ['job.failed'], enabled: true, concurrency: 4, description: '' },
      secret: expect.stringMatching(/^whsec_/),
    });
    const { json: shown } = await ask('GET', `/v1/webhooks/${json.id}`);
    expect(shown).toEqual(Object.fromEntries(Object.entries(json).filter(([name]) => name !== 'secret')));
    const { json: all } = await ask('GET', '/v1/webhooks');
    expect(all.webhooks).toContainEqual(shown);
    expect(JSON.stringify(all)).not.toContain('whsec_');
  });

  test('is made once for one idempotency key, and answered alike', async () => {
    const key = { 'idempotency-key': 'once' };
    const first = await ask('POST', '/v1/webhooks', { url: URL }, key);
    const again = await ask('POST', '/v1/webhooks', { url: URL }, key);
    expect(again.json).toEqual(first.json);
    const other = await ask('POST', '/v1/webhooks', { url: URL, description: 'x' }, key);
    expect(other).toMatchObject({ status: 422, json: { code: 'idempotency.conflict' } });
  });

  test('is changed in what is said, and in nothing else', async () => {
    const { id, secret: _, ...made } = await create({ description: 'before' });
    const { status, json } = await ask('PATCH', `/v1/webhooks/${id}`, {
      events: ['batch.completed'],
      concurrency: 1,
    });
    expect(status).toBe(200);
    expect(json).toEqual({ id, ...made, events: ['batch.completed'], concurrency: 1 });
  });

  test('is disabled and enabled', async () => {
    const { id } = await create();
    const disabled = await ask('PATCH', `/v1/webhooks/${id}`, { enabled: false });
    expect(disabled.json).toMatchObject({ enabled: false, disabledBecause: 'asked' });
    const refused = await ask('POST', `/v1/webhooks/${id}/test`);
    expect(refused).toMatchObject({ status: 409, json: { code: 'webhook.disabled' } });
    expect(refused.json.detail).toContain('{"enabled": true}');
    const enabled = await ask('PATCH', `/v1/webhooks/${id}`, { enabled: true });
    expect(enabled.json).toMatchObject({ enabled: true, disabledBecause: null });
  });

  test('is deleted, and then is not there', async () => {
    const { id } = await create();
    expect((await ask('DELETE', `/v1/webhooks/${id}`)).status).toBe(204);
    for (const [method, path] of routesOf(id))
      expect(await ask(method, path), path).toMatchObject({
        status: 404,
        json: { code: 'webhook.not_found' },
      });
  });

  test('gets another secret, once for one key, and says until when the former signs', async () => {
    const { id, secret } = await create();
    const key = { 'idempotency-key': 'turn' };
    const turned = await ask('POST', `/v1/webhooks/${id}/rotate`, { graceSeconds: 3600 }, key);
    expect(turned.json.secret).toMatch(/^whsec_/);
    expect(turned.json.secret).not.toBe(secret);
    const left = Date.parse(turned.json.formerSecretUntil as string) - Date.now();
    expect(left).toBeGreaterThan(3_500_000);
    const again = await ask('POST', `/v1/webhooks/${id}/rotate`, { graceSeconds: 3600 }, key);
    expect(again.json).toEqual(turned.json);
    const atOnce = await ask('POST', `/v1/webhooks/${id}/rotate`, { graceSeconds: 0 });
    expect(atOnce.json.formerSecretUntil).toBeNull();
    expect(atOnce.json.secret).not.toBe(turned.json.secret);
  });

  test('that is wrong is refused with the field', async () => {
    const refused = async (body: unknown) => (await ask('POST', '/v1/webhooks', body)).json;
    expect(await refused({ url: 'http://10.0.0.1/' })).toMatchObject({
      code: 'input.invalid',
      detail: 'url: the address names 10.0.0.1, which is not a public address.',
    });
    expect(await refused({ url: URL, events: ['job.done'] })).toMatchObject({
      code: 'input.invalid',
      detail: expect.stringMatching(/^body\.events\.0: /),
    });
    expect(await refused({ url: URL, events: [] })).toMatchObject({ code: 'input.invalid' });
    expect(await refused({ url: URL, concurrency: 6 })).toMatchObject({ code: 'input.invalid' });
    expect(await refused({})).toMatchObject({ code: 'input.invalid' });
    const { id } = await create();
    const nothing = await ask('PATCH', `/v1/webhooks/${id}`, {});
    expect(nothing.json).toMatchObject({ code: 'input.invalid' });
    const inside = await ask('PATCH', `/v1/webhooks/${id}`, { url: 'http://169.254.169.254/' });
    expect(inside.json).toMatchObject({ code: 'input.invalid' });
  });
});

const routesOf = (id: string): [string, string][] => [
  ['GET', `/v1/webhooks/${id}`],
  ['PATCH', `/v1/webhooks/${id}`],
  ['DELETE', `/v1/webhooks/${id}`],
  ['POST', `/v1/webhooks/${id}/rotate`],
  ['POST', `/v1/webhooks/${id}/test`],
  ['GET', `/v1/webhooks/${id}/deliveries`],
  ['POST', `/v1/webhooks/${id}/deliveries/evt_01kb5y7k2wf1x8m3q4z9n6t0vc/redeliver`],
];

test("another tenant's endpoint is not there, whatever is asked of it", async () => {
  const id = newUuid();
  await api.records.webhooks.endpoints.create({
    ...{ id, tenantId: OTHER_TENANT, url: URL, keyId: 'x', description: '', concurrency: 1 },
    events: ['job.completed'],
  });
  const shown = showId('webhook', id);
  for (const [method, path] of routesOf(shown))
    expect(await ask(method, path, method === 'PATCH' ? { enabled: false } : undefined), path).toMatchObject({
      status: 404,
      json: { code: 'webhook.not_found' },
    });
  expect(JSON.stringify((await ask('GET', '/v1/webhooks')).json)).not.toContain(shown);
  expect(await api.records.webhooks.endpoints.get(OTHER_TENANT, id)).toMatchObject({
    disabledAt: null,
    rotations: 0,
  });
});

describe('messages', () => {
  test('of tests and jobs stand in the deliveries, page by page', async () => {
    const { id } = await create({ events: ['job.completed'] });
    const tests = [];
    for (let i = 0; i < 3; i++) tests.push((await ask('POST', `/v1/webhooks/${id}/test`)).json.id as string);
    const first = (await ask('GET', `/v1/webhooks/${id}/deliveries?limit=2`)).json;
    expect(first.messages).toMatchObject([
      { id: tests[2], type: 'webhook.test', status: 'pending', deliveries: [] },
      { id: tests[1] },
    ]);
    const second = (await ask('GET', `/v1/webhooks/${id}/deliveries?limit=2&cursor=${first.next}`)).json;
    expect(second).toMatchObject({ messages: [{ id: tests[0] }], next: null });
    const none = (await ask('GET', `/v1/webhooks/${id}/deliveries?status=failed`)).json;
    expect(none.messages).toEqual([]);
  });

  test('end when the endpoint is disabled, and can be sent again when it is enabled', async () => {
    const { id } = await create();
    const told = (await ask('POST', `/v1/webhooks/${id}/test`)).json.id as string;
    const again = () => ask('POST', `/v1/webhooks/${id}/deliveries/${told}/redeliver`);
    await ask('PATCH', `/v1/webhooks/${id}`, { enabled: false });
    const page = (await ask('GET', `/v1/webhooks/${id}/deliveries`)).json;
    expect(page.messages).toMatchObject([{ id: told, status: 'failed', nextAttemptAt: null }]);
    expect(await again()).toMatchObject({ status: 409, json: { code: 'webhook.disabled' } });
    await ask('PATCH', `/v1/webhooks/${id}`, { enabled: true });
    expect(await again()).toMatchObject({ status: 202, json: { id: told, status: 'pending' } });
  });

  test('that it was never told of cannot be sent again', async () => {
    const mine = await create();
    const other = await create();
    const told = (await ask('POST', `/v1/webhooks/${other.id}/test`)).json.id as string;
    expect(await ask('POST', `/v1/webhooks/${mine.id}/deliveries/${told}/redeliver`)).toMatchObject({
      status: 404,
      json: { code: 'delivery.not_found' },
    });
  });
});
