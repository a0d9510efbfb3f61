import { showId } from '@intermodal/contracts';
import type { WebhookRecords } from '@intermodal/pipeline';
import { derivedSecrets, httpWebhookSender } from '@intermodal/webhooks';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { webhooksForSuite } from './webhooks-for-suite.testing.ts';

const here = webhooksForSuite({ leaseMs: 200 });
const { secrets, receiver, dispatch } = here;

/** A job that has ended, and wants that told. */
async function endedJob(url: string): Promise<string> {
  const jobId = await here.submit(url);
  await here.complete(jobId);
  return jobId;
}

async function told(jobId: string) {
  const endpoint = (await here.records.webhooks.of({ jobId }))!;
  const [message] = await here.records.webhooks.messages(endpoint.id);
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
      ...here.records.webhooks,
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
    // A lease that a busy machine cannot eat up between two signs of life.
    const [leaseMs, deadlineMs] = [500, 2_500];
    const sender = httpWebhookSender({ policy: { loopback: true, http: true }, deadlineMs });
    for (let i = 0; i < 2; i++) dispatch({ schedule: [0], leaseMs, sender });
    await expect.poll(() => stateOf(jobId), { timeout: 10_000 }).toBe('failed');
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
  const { rows } = await here.sql.query(
    `SELECT count(*)::int AS open FROM webhook_message WHERE state <> 'pending' AND (token IS NOT NULL OR finished_at IS NULL)`,
  );
  expect(rows).toEqual([{ open: 0 }]);
});
