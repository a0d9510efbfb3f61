import { newUuid, showId, EVENT_TYPES, type EventType } from '@intermodal/contracts';
import type { WebhookMessageRecord } from '@intermodal/pipeline';
import { LOCAL_TENANT, openRecords, type Records } from '@intermodal/records';
import { noTracing } from '@intermodal/telemetry';
import { createDatabase, oneStep, type TestDatabase } from '@intermodal/testing';
import { derivedSecrets, httpWebhookSender } from '@intermodal/webhooks';
import pg from 'pg';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startReceiver } from './webhook-receiver.testing.ts';
import { WebhookDispatcher, type DispatcherOptions } from './webhook-dispatcher.ts';

let database: TestDatabase;
let records: Records;
let sql: pg.Client;
beforeAll(async () => {
  database = await createDatabase();
  records = openRecords({ databaseUrl: database.url, connections: 8 });
  await records.migrate();
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  await sql.query('SET search_path = intermodal');
});
afterAll(async () => {
  await sql.end();
  await records.close();
  await database.drop();
});
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await sql.query('TRUNCATE webhook_endpoint, webhook_breaker CASCADE');
});

/** The machine may have others to serve, too. */
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 10_000 });
const secrets = derivedSecrets('a-key-for-tests-0123456789abcdefgh');

async function receiver(...answers: Parameters<typeof startReceiver>) {
  const started = await startReceiver(...answers);
  closing.push(() => started[Symbol.asyncDispose]());
  return started;
}

function dispatch(change: Partial<DispatcherOptions> = {}): WebhookDispatcher {
  const dispatcher = new WebhookDispatcher({
    records: records.webhooks,
    sender: httpWebhookSender({ policy: { loopback: true, http: true } }),
    secrets,
    tracing: noTracing,
    log: pino({ level: 'silent' }),
    schedule: [0, 1, 1, 1, 1, 1, 1, 1],
    // The lease of production: an attempt that could not be recorded is made again when it ends.
    ...{ pollMs: 20, leaseMs: 5_000, keepMs: 60_000 },
    breaker: { failuresMax: 50, pauseMs: 10, disableMs: 60_000 },
    ...change,
  });
  dispatcher.start();
  closing.push(() => dispatcher.stop());
  return dispatcher;
}

async function endpoint(
  url: string,
  events: readonly EventType[] = EVENT_TYPES,
  concurrency = 4,
): Promise<string> {
  return records.webhooks.endpoints.create({
    ...{ id: newUuid(), tenantId: LOCAL_TENANT, url, keyId: secrets.keyId, description: '', concurrency },
    events,
  });
}
const shown = (id: string) => records.webhooks.endpoints.get(LOCAL_TENANT, id);
const messages = (id: string) => records.webhooks.endpoints.messages(id, { limit: 100 });
const states = async (id: string) => (await messages(id)).map(({ state }) => state);

async function submit(): Promise<string> {
  const { jobId } = await records.jobs.submit({
    ...{ id: newUuid(), tenantId: LOCAL_TENANT, plan: oneStep, input: { x: 1 }, params: {}, metadata: {} },
  });
  return jobId;
}
async function complete(jobId: string): Promise<void> {
  const [ready] = await records.jobs.tasks(jobId, 1);
  const {
    tasks: [task],
  } = await records.tasks.claim([ready!.id], newUuid());
  await records.tasks.settle([
    {
      ...{ taskId: task!.id, token: task!.token, outcome: 'completed', artifacts: [] },
      output: { value: 1, list: null },
    },
  ]);
}

describe('an event', () => {
  test('is told to every endpoint that wants its type, under one id, and to no other', async () => {
    const { url } = await receiver(200);
    const all = await endpoint(url);
    const twice = await endpoint(url, ['job.completed']);
    const failures = await endpoint(url, ['job.failed', 'batch.completed']);
    const deaf = await endpoint(url);
    await records.webhooks.endpoints.update(LOCAL_TENANT, deaf, { enabled: false });
    const gone = await endpoint(url);
    await records.webhooks.endpoints.delete(LOCAL_TENANT, gone);
    await complete(await submit());
    await records.jobs.cancel(LOCAL_TENANT, await submit());
    const types = async (id: string) => (await messages(id)).map(({ type }) => type);
    expect(await types(all)).toEqual(['job.cancelled', 'job.completed']);
    expect(await types(twice)).toEqual(['job.completed']);
    expect((await messages(twice))[0]!.eventId).toBe((await messages(all))[1]!.eventId);
    for (const id of [failures, deaf, gone]) expect(await types(id)).toEqual([]);
  });

  test('of a batch is told, beside those of its jobs', async () => {
    const { url } = await receiver(200);
    const id = await endpoint(url, ['batch.cancelled', 'job.cancelled']);
    const batchId = newUuid();
    const row = { input: { x: 1 }, params: {}, metadata: {} };
    await records.batches.submit({
      ...{ id: batchId, tenantId: LOCAL_TENANT, plan: oneStep, metadata: {} },
      rows: [
        { ...row, line: 1, customId: 'a', jobId: newUuid() },
        { ...row, line: 2, customId: 'b', jobId: newUuid() },
      ],
    });
    await records.batches.cancel(LOCAL_TENANT, batchId);
    expect((await messages(id)).map(({ type }) => type).toSorted()).toEqual([
      ...['batch.cancelled', 'job.cancelled', 'job.cancelled'],
    ]);
  });

  test("is told to nobody's endpoint but its tenant's", async () => {
    const { url } = await receiver(200);
    const stranger = '00000000-0000-7000-8000-00000000beef';
    await sql.query(`INSERT INTO tenant (id, name) VALUES ($1, 'stranger')`, [stranger]);
    const id = newUuid();
    const given = { id, tenantId: stranger, url, keyId: secrets.keyId, description: '', concurrency: 4 };
    await records.webhooks.endpoints.create({ ...given, events: EVENT_TYPES });
    await complete(await submit());
    expect(await messages(id)).toEqual([]);
  });
});

describe('a secret', () => {
  test('signs alone, then with the one before it, then the new one alone', async () => {
    const { received, url } = await receiver(200);
    const id = await endpoint(url);
    dispatch();
    const tell = async () => {
      const before = received.length;
      await records.webhooks.endpoints.test(id);
      await soon(() => received.length).toBe(before + 1);
      return received.at(-1)!;
    };
    const fits = ({ headers, body }: Awaited<ReturnType<typeof tell>>, rotations: number): boolean => {
      try {
        new Webhook(secrets.of(id, rotations)).verify(body, headers as Record<string, string>);
        return true;
      } catch {
        return false;
      }
    };
    const first = await tell();
    expect([fits(first, 0), fits(first, 1)]).toEqual([true, false]);
    expect(JSON.parse(first.body)).toMatchObject({
      type: 'webhook.test',
      data: { webhook: showId('webhook', id) },
    });
    const rotate = { keyId: secrets.keyId, graceMs: 3_600_000 };
    await records.webhooks.endpoints.rotate(LOCAL_TENANT, id, rotate);
    const during = await tell();
    expect([fits(during, 0), fits(during, 1)]).toEqual([true, true]);
    expect(String(during.headers['webhook-signature']).split(' ')).toHaveLength(2);
    await sql.query('UPDATE webhook_endpoint SET former_until = clock_timestamp()');
    const after = await tell();
    expect([fits(after, 0), fits(after, 1)]).toEqual([false, true]);
  });

  test('of another key of the settings ends the former one', async () => {
    const { received, url } = await receiver(200);
    const id = await endpoint(url);
    const other = derivedSecrets('another-key-0123456789abcdefghijkl');
    await records.webhooks.endpoints.rotate(LOCAL_TENANT, id, { keyId: other.keyId, graceMs: 3_600_000 });
    expect(await shown(id)).toMatchObject({ rotations: 1, formerUntil: null });
    await records.webhooks.endpoints.test(id);
    dispatch({ secrets: other });
    await soon(() => received.length).toBe(1);
    const { headers, body } = received[0]!;
    expect(new Webhook(other.of(id, 1)).verify(body, headers as Record<string, string>)).toBeTruthy();
  });
});

describe('an endpoint', () => {
  test('that answers 410 is disabled with all that is on its way to it', async () => {
    const { received, url } = await receiver(410);
    const id = await endpoint(url, EVENT_TYPES, 1);
    for (let i = 0; i < 5; i++) await records.webhooks.endpoints.test(id);
    dispatch();
    await soon(() => states(id)).toEqual(Array(5).fill('failed'));
    expect(received).toHaveLength(1);
    expect(await shown(id)).toMatchObject({ disabledBecause: 'gone' });
    await complete(await submit());
    expect(await messages(id)).toHaveLength(5);
  });

  test('that fails for long without a break is disabled; enabled by hand it has no past', async () => {
    const { received, url, answers } = await receiver(500);
    const id = await endpoint(url, EVENT_TYPES, 1);
    await records.webhooks.endpoints.test(id);
    dispatch({ breaker: { failuresMax: 2, pauseMs: 1, disableMs: 1 }, schedule: Array<number>(50).fill(1) });
    await soon(() => states(id)).toEqual(['failed']);
    expect(await shown(id)).toMatchObject({ disabledBecause: 'failing' });
    expect(received.length).toBeLessThan(10);
    await records.webhooks.endpoints.update(LOCAL_TENANT, id, { enabled: true });
    expect(await shown(id)).toMatchObject({ disabledAt: null, failures: 0, failingSince: null });
    answers(200);
    const [message] = await messages(id);
    await records.webhooks.endpoints.redeliver(id, message!.eventId);
    await soon(() => states(id)).toEqual(['delivered']);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  test('that fails is left alone, then asked one thing, and has all of it when it is well again', async () => {
    const { received, url, answers } = await receiver(500);
    const id = await endpoint(url, EVENT_TYPES, 1);
    for (let i = 0; i < 20; i++) await records.webhooks.endpoints.test(id);
    dispatch({ breaker: { failuresMax: 3, pauseMs: 60_000, disableMs: 600_000 } });
    await soon(async () => (await shown(id))!.pausedUntil).toBeInstanceOf(Date);
    expect(received).toHaveLength(3);
    answers(200);
    await sql.query('UPDATE webhook_breaker SET open_until = clock_timestamp()');
    await soon(() => states(id)).toEqual(Array(20).fill('delivered'));
    expect(await shown(id)).toMatchObject({ failures: 0, pausedUntil: null });
    expect(received).toHaveLength(23);
  });

  test('that asks for time is told nothing at all until then', async () => {
    const { received, url } = await receiver({ status: 429, headers: { 'retry-after': '1800' } });
    const id = await endpoint(url, EVENT_TYPES, 1);
    for (let i = 0; i < 5; i++) await records.webhooks.endpoints.test(id);
    dispatch();
    await soon(async () => (await shown(id))!.pausedUntil).toBeInstanceOf(Date);
    const left = (await shown(id))!.pausedUntil!.getTime() - Date.now();
    expect(left).toBeGreaterThan(1_700_000);
    // Whoever is told afterwards shows that there was time.
    const other = await receiver(200);
    const witness = await endpoint(other.url);
    await records.webhooks.endpoints.test(witness);
    await soon(() => states(witness)).toEqual(['delivered']);
    expect(received).toHaveLength(1);
  });

  test.each([
    ['and never failed', [200]],
    ['and failed once', [{ status: 500, headers: {} }, 200]],
  ] as const)(
    'of a flood waits for its own, and not for those of others that hang: %s',
    async (_, answers) => {
      const bad = await receiver('hang');
      const good = await receiver(...answers);
      const flooded = [];
      for (let i = 0; i < 12; i++) {
        const id = await endpoint(bad.url);
        flooded.push(id);
        for (let n = 0; n < 30; n++) await records.webhooks.endpoints.test(id);
        // They are known to be bad.
        await sql.query(
          'INSERT INTO webhook_breaker (target, failures) SELECT target, 2 FROM webhook_endpoint WHERE id = $1',
          [id],
        );
      }
      dispatch({ concurrency: 20 });
      await soon(() => bad.received.length).toBe(10);
      const id = await endpoint(good.url);
      await records.webhooks.endpoints.test(id);
      await soon(() => states(id)).toEqual(['delivered']);
      // At most half of the room, one of each target before a second one of any.
      expect(bad.received).toHaveLength(10);
      const { rows } = await sql.query(
        'SELECT count(*)::int AS n FROM webhook_message WHERE token IS NOT NULL GROUP BY endpoint_id',
      );
      expect(rows).toEqual(Array(10).fill({ n: 1 }));
    },
  );
});

test('a delivery shows what was sent, without a whole signature, and what was answered', async () => {
  const { received, url } = await receiver({ status: 500, headers: {} }, 200);
  const id = await endpoint(url);
  const eventId = await records.webhooks.endpoints.test(id);
  dispatch();
  await soon(() => states(id)).toEqual(['delivered']);
  const [message] = (await messages(id)) as [WebhookMessageRecord];
  expect(message).toMatchObject({ eventId, type: 'webhook.test' });
  expect(message.deliveries).toMatchObject([
    { attempt: 1, status: 500, error: 'It answered 500.', answer: 'ok' },
    { attempt: 2, status: 200, error: null, answer: 'ok' },
  ]);
  const { request } = message.deliveries[0]!;
  const sent = received[0]!.headers;
  expect(request).toMatchObject({
    'webhook-id': sent['webhook-id'],
    'webhook-timestamp': sent['webhook-timestamp'],
  });
  expect(request!['webhook-signature']).toMatch(/^v1,.{6}…$/);
});

test('what nobody would end is ended, and what was deleted goes', async () => {
  const { url } = await receiver(200);
  const [late, old] = [await endpoint(url), await endpoint(url)];
  // As it is left by a settlement that found the endpoint enabled while it was being disabled.
  await records.webhooks.endpoints.update(LOCAL_TENANT, late, { enabled: false });
  await records.webhooks.endpoints.test(late);
  await records.webhooks.endpoints.test(old);
  await sql.query(`UPDATE webhook_message SET since = since - interval '1 h' WHERE endpoint_id = $1`, [old]);
  const gone = await endpoint(url);
  await records.webhooks.endpoints.test(gone);
  await records.webhooks.endpoints.delete(LOCAL_TENANT, gone);
  await sql.query(`UPDATE webhook_endpoint SET deleted_at = deleted_at - interval '2 h' WHERE id = $1`, [
    gone,
  ]);
  await records.webhooks.tidy({ keepMs: 1_800_000, limit: 100 });
  expect([await states(late), await states(old)]).toEqual([['failed'], ['failed']]);
  const { rows } = await sql.query(
    'SELECT (SELECT count(*) FROM webhook_endpoint WHERE id = $1) + (SELECT count(*) FROM event WHERE endpoint_id = $1) AS left',
    [gone],
  );
  expect(rows).toEqual([{ left: '0' }]);
});
