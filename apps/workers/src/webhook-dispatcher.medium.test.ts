import { newUuid, showId } from '@intermodal/contracts';
import type { WebhookRecords } from '@intermodal/pipeline';
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
});

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
    pollMs: 20,
    leaseMs: 200,
    breaker: { failuresMax: 50, pauseMs: 10, disableMs: 60_000 },
    keepMs: 60_000,
    ...change,
  });
  dispatcher.start();
  closing.push(() => dispatcher.stop());
  return dispatcher;
}

/** A job that has ended, and wants that told. */
async function endedJob(url: string): Promise<string> {
  const { jobId } = await records.jobs.submit({
    ...{ id: newUuid(), tenantId: LOCAL_TENANT, plan: oneStep, input: { x: 1 }, params: {}, metadata: {} },
    webhook: { id: newUuid(), url, keyId: secrets.keyId },
  });
  const [ready] = await records.jobs.tasks(jobId, 1);
  const {
    tasks: [task],
  } = await records.tasks.claim([ready!.id], newUuid());
  const output = { value: 1, list: null };
  await records.tasks.settle([
    { taskId: task!.id, token: task!.token, outcome: 'completed', output, artifacts: [] },
  ]);
  return jobId;
}

async function told(jobId: string) {
  const endpoint = (await records.webhooks.of({ jobId }))!;
  const [message] = await records.webhooks.messages(endpoint.id);
  return { endpoint, message: message! };
}
const stateOf = async (jobId: string) => (await told(jobId)).message.state;

describe('a receiver', () => {
  test('that answers 500 three times, then 200, gets one id four times, each signed anew', async () => {
    const { received, url } = await receiver(500, 500, 500, 200);
    const jobId = await endedJob(url);
    dispatch();
    await expect.poll(() => stateOf(jobId)).toBe('delivered');
    const { endpoint, message } = await told(jobId);
    expect(received).toHaveLength(4);
    const ids = new Set(received.map(({ headers }) => headers['webhook-id']));
    expect([...ids]).toEqual([showId('event', message.eventId)]);
    const webhook = new Webhook(secrets.of(endpoint.id));
    for (const { headers, body } of received)
      expect(webhook.verify(body, headers as Record<string, string>)).toEqual({
        type: 'job.completed',
        timestamp: expect.any(String) as string,
        data: { job: showId('job', jobId), pipeline: 'one-step@1', status: 'completed' },
      });
    expect(message.deliveries.map(({ status, error }) => [status, error])).toEqual([
      [500, 'It answered 500.'],
      [500, 'It answered 500.'],
      [500, 'It answered 500.'],
      [200, null],
    ]);
  });

  test('sees the same id again when the dispatcher dies between sending and recording', async () => {
    const { received, url } = await receiver(500, 500, 500, 200);
    const jobId = await endedJob(url);
    const died = Promise.withResolvers<void>();
    // As good as dead: it sent, and says nothing of it.
    const dumb: WebhookRecords = {
      ...records.webhooks,
      settle: () => {
        died.resolve();
        return Promise.reject(new Error('killed'));
      },
    };
    const first = dispatch({ records: dumb });
    await died.promise;
    await first.stop();
    expect(received).toHaveLength(1);
    dispatch();
    await expect.poll(() => stateOf(jobId), { timeout: 5_000 }).toBe('delivered');
    expect(received).toHaveLength(4);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect((await told(jobId)).message.deliveries[0]).toMatchObject({
      status: null,
      error: 'The process that sent it ended before it could say what came of it.',
    });
  });

  test('that hangs when the dispatcher is stopped is told by the next one', async () => {
    const { received, url } = await receiver('hang', 200);
    const jobId = await endedJob(url);
    const first = dispatch();
    await expect.poll(() => received.length).toBe(1);
    await first.stop();
    dispatch();
    await expect.poll(() => stateOf(jobId), { timeout: 5_000 }).toBe('delivered');
    expect(received).toHaveLength(2);
  });

  test('that says 410 is told no more', async () => {
    const { received, url } = await receiver(410);
    const jobId = await endedJob(url);
    dispatch();
    await expect.poll(() => stateOf(jobId)).toBe('failed');
    expect((await told(jobId)).endpoint.disabledAt).toBeInstanceOf(Date);
    expect(received).toHaveLength(1);
  });

  test('that asks for time gets it', async () => {
    const { url } = await receiver({ status: 503, headers: { 'retry-after': '3600' } });
    const jobId = await endedJob(url);
    dispatch();
    await expect.poll(async () => (await told(jobId)).message.deliveries[0]?.status).toBe(503);
    const { message } = await told(jobId);
    expect(message.state).toBe('pending');
    expect(message.dueAt.getTime() - Date.now()).toBeGreaterThan(3_000_000);
  });

  test('that never answers well is given up', async () => {
    const { received, url } = await receiver(500);
    const jobId = await endedJob(url);
    dispatch({ schedule: [0, 1, 1] });
    await expect.poll(() => stateOf(jobId)).toBe('failed');
    expect(received).toHaveLength(3);
  });

  test('that is slow holds up nobody else, and is asked four things at a time, by all together', async () => {
    const slow = await receiver('hang');
    const quick = await receiver(200);
    for (let i = 0; i < 30; i++) await endedJob(slow.url);
    const jobId = await endedJob(quick.url);
    for (let i = 0; i < 3; i++) dispatch({ leaseMs: 60_000, concurrency: 6 });
    await expect.poll(() => stateOf(jobId)).toBe('delivered');
    await expect.poll(() => slow.received.length).toBe(4);
  });

  test('that takes longer than a lease is not sent it twice', async () => {
    const { received, url } = await receiver('hang');
    const jobId = await endedJob(url);
    const timeout = { policy: { loopback: true, http: true }, deadlineMs: 1_000 };
    for (let i = 0; i < 2; i++) dispatch({ schedule: [0], sender: httpWebhookSender(timeout) });
    await expect.poll(() => stateOf(jobId), { timeout: 5_000 }).toBe('failed');
    expect(received).toHaveLength(1);
  });

  test('many dispatchers tell each of 60 receivers once', async () => {
    const { received, url } = await receiver(204);
    const jobs = await Promise.all(Array.from({ length: 60 }, () => endedJob(url)));
    for (let i = 0; i < 4; i++) dispatch({ leaseMs: 60_000 });
    for (const jobId of jobs) await expect.poll(() => stateOf(jobId), { timeout: 10_000 }).toBe('delivered');
    expect(received).toHaveLength(60);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(60);
  });

  test('is not told with a key that was changed, and it says so', async () => {
    const { received, url } = await receiver(200);
    const jobId = await endedJob(url);
    dispatch({ secrets: derivedSecrets('another-key-0123456789abcdefghijkl'), schedule: [0] });
    await expect.poll(() => stateOf(jobId)).toBe('failed');
    expect((await told(jobId)).message.deliveries[0]!.error).toMatch(/INTERMODAL_SECRET_KEY is not the one/);
    expect(received).toEqual([]);
  });
});

test('messages under way are those of the record, and nothing is due twice', async () => {
  const { rows } = await sql.query(
    `SELECT count(*)::int AS open FROM webhook_message WHERE state <> 'pending' AND (token IS NOT NULL OR finished_at IS NULL)`,
  );
  expect(rows).toEqual([{ open: 0 }]);
});
