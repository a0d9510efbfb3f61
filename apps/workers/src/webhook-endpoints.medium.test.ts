import { newUuid, showId, EVENT_TYPES, type EventType } from '@intermodal/contracts';
import type { WebhookMessageRecord } from '@intermodal/pipeline';
import { LOCAL_TENANT } from '@intermodal/records';
import { oneStep } from '@intermodal/testing';
import { derivedSecrets } from '@intermodal/webhooks';
import { Webhook } from 'standardwebhooks';
import { beforeEach, describe, expect, test } from 'vitest';
import { webhooksForSuite } from './webhooks-for-suite.testing.ts';

// The lease of production: an attempt that could not be recorded is made again when it ends.
const here = webhooksForSuite({ leaseMs: 5_000 });
const { secrets, receiver, dispatch, submit, complete } = here;
beforeEach(async () => {
  await here.sql.query('TRUNCATE webhook_endpoint, webhook_breaker CASCADE');
});

/** The machine may have others to serve, too. */
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 10_000 });

async function endpoint(
  url: string,
  events: readonly EventType[] = EVENT_TYPES,
  concurrency = 4,
): Promise<string> {
  return here.records.webhooks.endpoints.create({
    ...{ id: newUuid(), tenantId: LOCAL_TENANT, url, keyId: secrets.keyId, description: '', concurrency },
    events,
  });
}
const shown = (id: string) => here.records.webhooks.endpoints.get(LOCAL_TENANT, id);
const messages = (id: string) => here.records.webhooks.endpoints.messages(id, { limit: 100 });
const states = async (id: string) => (await messages(id)).map(({ state }) => state);

describe('an event', () => {
  test('is told to every endpoint that wants its type, under one id, and to no other', async () => {
    const { url } = await receiver(200);
    const all = await endpoint(url);
    const twice = await endpoint(url, ['job.completed']);
    const failures = await endpoint(url, ['job.failed', 'batch.completed']);
    const deaf = await endpoint(url);
    await here.records.webhooks.endpoints.update(LOCAL_TENANT, deaf, { enabled: false });
    const gone = await endpoint(url);
    await here.records.webhooks.endpoints.delete(LOCAL_TENANT, gone);
    await complete(await submit());
    await here.records.jobs.cancel(LOCAL_TENANT, await submit());
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
    await here.records.batches.submit({
      ...{ id: batchId, tenantId: LOCAL_TENANT, plan: oneStep, metadata: {} },
      rows: [
        { ...row, line: 1, customId: 'a', jobId: newUuid() },
        { ...row, line: 2, customId: 'b', jobId: newUuid() },
      ],
    });
    await here.records.batches.cancel(LOCAL_TENANT, batchId);
    expect((await messages(id)).map(({ type }) => type).toSorted()).toEqual([
      ...['batch.cancelled', 'job.cancelled', 'job.cancelled'],
    ]);
  });

  test("is told to nobody's endpoint but its tenant's", async () => {
    const { url } = await receiver(200);
    const stranger = '00000000-0000-7000-8000-00000000beef';
    await here.sql.query(`INSERT INTO tenant (id, name) VALUES ($1, 'stranger')`, [stranger]);
    const id = newUuid();
    const given = { id, tenantId: stranger, url, keyId: secrets.keyId, description: '', concurrency: 4 };
    await here.records.webhooks.endpoints.create({ ...given, events: EVENT_TYPES });
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
      await here.records.webhooks.endpoints.test(id);
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
    await here.records.webhooks.endpoints.rotate(LOCAL_TENANT, id, rotate);
    const during = await tell();
    expect([fits(during, 0), fits(during, 1)]).toEqual([true, true]);
    expect(String(during.headers['webhook-signature']).split(' ')).toHaveLength(2);
    await here.sql.query('UPDATE webhook_endpoint SET former_until = clock_timestamp()');
    const after = await tell();
    expect([fits(after, 0), fits(after, 1)]).toEqual([false, true]);
  });

  test('of another key of the settings ends the former one', async () => {
    const { received, url } = await receiver(200);
    const id = await endpoint(url);
    const other = derivedSecrets('another-key-0123456789abcdefghijkl');
    await here.records.webhooks.endpoints.rotate(LOCAL_TENANT, id, {
      keyId: other.keyId,
      graceMs: 3_600_000,
    });
    expect(await shown(id)).toMatchObject({ rotations: 1, formerUntil: null });
    await here.records.webhooks.endpoints.test(id);
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
    for (let i = 0; i < 5; i++) await here.records.webhooks.endpoints.test(id);
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
    await here.records.webhooks.endpoints.test(id);
    dispatch({ breaker: { failuresMax: 2, pauseMs: 1, disableMs: 1 }, schedule: Array<number>(50).fill(1) });
    await soon(() => states(id)).toEqual(['failed']);
    expect(await shown(id)).toMatchObject({ disabledBecause: 'failing' });
    expect(received.length).toBeLessThan(10);
    await here.records.webhooks.endpoints.update(LOCAL_TENANT, id, { enabled: true });
    expect(await shown(id)).toMatchObject({ disabledAt: null, failures: 0, failingSince: null });
    answers(200);
    const [message] = await messages(id);
    await here.records.webhooks.endpoints.redeliver(id, message!.eventId);
    await soon(() => states(id)).toEqual(['delivered']);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  test('that fails is left alone, then asked one thing, and has all of it when it is well again', async () => {
    const { received, url, answers } = await receiver(500);
    const id = await endpoint(url, EVENT_TYPES, 1);
    for (let i = 0; i < 20; i++) await here.records.webhooks.endpoints.test(id);
    dispatch({ breaker: { failuresMax: 3, pauseMs: 60_000, disableMs: 600_000 } });
    await soon(async () => (await shown(id))!.pausedUntil).toBeInstanceOf(Date);
    expect(received).toHaveLength(3);
    answers(200);
    await here.sql.query('UPDATE webhook_breaker SET open_until = clock_timestamp()');
    await soon(() => states(id)).toEqual(Array(20).fill('delivered'));
    expect(await shown(id)).toMatchObject({ failures: 0, pausedUntil: null });
    expect(received).toHaveLength(23);
  });

  test('that asks for time is told nothing at all until then', async () => {
    const { received, url } = await receiver({ status: 429, headers: { 'retry-after': '1800' } });
    const id = await endpoint(url, EVENT_TYPES, 1);
    for (let i = 0; i < 5; i++) await here.records.webhooks.endpoints.test(id);
    dispatch();
    await soon(async () => (await shown(id))!.pausedUntil).toBeInstanceOf(Date);
    const left = (await shown(id))!.pausedUntil!.getTime() - Date.now();
    expect(left).toBeGreaterThan(1_700_000);
    // Whoever is told afterwards shows that there was time.
    const other = await receiver(200);
    const witness = await endpoint(other.url);
    await here.records.webhooks.endpoints.test(witness);
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
        for (let n = 0; n < 30; n++) await here.records.webhooks.endpoints.test(id);
        // They are known to be bad.
        await here.sql.query(
          'INSERT INTO webhook_breaker (target, failures) SELECT target, 2 FROM webhook_endpoint WHERE id = $1',
          [id],
        );
      }
      dispatch({ concurrency: 20 });
      await soon(() => bad.received.length).toBe(10);
      const id = await endpoint(good.url);
      await here.records.webhooks.endpoints.test(id);
      await soon(() => states(id)).toEqual(['delivered']);
      // At most half of the room, one of each target before a second one of any.
      expect(bad.received).toHaveLength(10);
      const { rows } = await here.sql.query(
        'SELECT count(*)::int AS n FROM webhook_message WHERE token IS NOT NULL GROUP BY endpoint_id',
      );
      expect(rows).toEqual(Array(10).fill({ n: 1 }));
    },
  );
});

test('a delivery shows what was sent, without a whole signature, and what was answered', async () => {
  const { received, url } = await receiver({ status: 500, headers: {} }, 200);
  const id = await endpoint(url);
  const eventId = await here.records.webhooks.endpoints.test(id);
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
  await here.records.webhooks.endpoints.update(LOCAL_TENANT, late, { enabled: false });
  await here.records.webhooks.endpoints.test(late);
  await here.records.webhooks.endpoints.test(old);
  await here.sql.query(`UPDATE webhook_message SET since = since - interval '1 h' WHERE endpoint_id = $1`, [
    old,
  ]);
  const gone = await endpoint(url);
  await here.records.webhooks.endpoints.test(gone);
  await here.records.webhooks.endpoints.delete(LOCAL_TENANT, gone);
  await here.sql.query(`UPDATE webhook_endpoint SET deleted_at = deleted_at - interval '2 h' WHERE id = $1`, [
    gone,
  ]);
  await here.records.webhooks.tidy({ keepMs: 1_800_000, limit: 100 });
  expect([await states(late), await states(old)]).toEqual([['failed'], ['failed']]);
  const { rows } = await here.sql.query(
    'SELECT (SELECT count(*) FROM webhook_endpoint WHERE id = $1) + (SELECT count(*) FROM event WHERE endpoint_id = $1) AS left',
    [gone],
  );
  expect(rows).toEqual([{ left: '0' }]);
});
