import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { IntermodalClient } from '@intermodal/client';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRunningStack, type RunningStack } from '../running-stack.ts';

let stack: RunningStack;
beforeAll(async () => {
  stack = await startRunningStack({
    INTERMODAL_LEASE_MS: '1000',
    INTERMODAL_WEBHOOK_SCHEDULE_MS: '0,100,100,100,100,100',
    INTERMODAL_WEBHOOK_POLL_MS: '100',
    INTERMODAL_WEBHOOK_DEADLINE_MS: '1000',
  });
});
afterAll(() => stack.stop());

const translate = {
  name: 'translate-only',
  version: 1,
  input: { text: { type: 'string' } },
  nodes: { said: { stage: 'text.translate@1', in: { text: '$input.text' }, params: { to: 'es' } } },
  output: { text: '$said.text' },
};
const rows = (count: number, batch: number) =>
  Array.from({ length: count }, (_, i) => ({
    custom_id: `b${batch}-r${i}`,
    input: { text: `House ${batch}.` },
  }));

test('the API killed in the middle of accepting: every batch is there once, with all its rows', async () => {
  const BATCHES = 24;
  const ROWS = 100;
  const patient = new IntermodalClient({ url: stack.url, key: stack.key, attempts: 40, backoffMs: 50 });
  const answered = new Map<string, string>();
  const sending = new Set<number>();
  const send = async (lane: number): Promise<void> => {
    for (let i = lane; i < BATCHES; i += 4) {
      const batch = { pipeline: translate as never, rows: rows(ROWS, i) };
      const idempotencyKey = `batch-${i}`;
      sending.add(i);
      const { id } = await patient.batches.submit(batch, { idempotencyKey });
      answered.set(idempotencyKey, id);
      // A client that lost the answer asks again.
      if (i % 5 === 0) expect((await patient.batches.submit(batch, { idempotencyKey })).id).toBe(id);
      sending.delete(i);
    }
  };
  const all = Promise.all([0, 1, 2, 3].map(send));
  let done = false;
  void all.finally(() => (done = true)).catch(() => {});
  let kills = 0;
  let inTheMiddle = 0;
  for (let last = 0; !done && kills < 4;) {
    const { api } = await stack.processes();
    if (api === undefined || api === last || answered.size < kills * 5) {
      await delay(20);
      continue;
    }
    last = api;
    // At another point of a submission each time.
    await delay(30 + 70 * kills);
    if (sending.size > 0) inTheMiddle += 1;
    try {
      process.kill(api, 'SIGKILL');
      kills += 1;
    } catch {
      // It is being started again.
    }
  }
  await all;
  expect(kills).toBeGreaterThanOrEqual(3);
  expect(inTheMiddle).toBeGreaterThanOrEqual(3);
  expect(answered.size).toBe(BATCHES);
  const found = await query<{
    batches: number;
    jobs: number;
    stray: number;
    odd: number;
    keys: number;
  }>(`SELECT
    (SELECT count(*)::int FROM batch) AS batches,
    (SELECT count(*)::int FROM job WHERE batch_id IS NOT NULL) AS jobs,
    (SELECT count(*)::int FROM idempotency WHERE batch_id IS NOT NULL) AS keys,
    (SELECT count(*)::int FROM batch_row r WHERE NOT EXISTS (SELECT FROM job j WHERE j.id = r.job_id)) AS stray,
    (SELECT count(*)::int FROM batch b WHERE total <> ${ROWS} OR invalid <> 0
       OR (SELECT count(*) FROM job j WHERE j.batch_id = b.id) <> ${ROWS}
       OR (SELECT count(DISTINCT custom_id) FROM batch_row r WHERE r.batch_id = b.id) <> ${ROWS}) AS odd`);
  console.info(`${kills} kills, ${inTheMiddle} while batches were being sent; found:`, found);
  expect(found).toEqual({ batches: BATCHES, jobs: BATCHES * ROWS, keys: BATCHES, stray: 0, odd: 0 });
  for (const id of answered.values())
    expect(await patient.batches.cancel(id)).toMatchObject({ counts: { total: ROWS } });
});

test('a dispatcher killed in mid-message: the receiver that answers 500 three times gets one id four times', async () => {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const first = Promise.withResolvers<ServerResponse>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      // The first answer is held back until nobody is there to hear it.
      if (received.length === 1) first.resolve(response);
      else response.writeHead(received.length < 4 ? 500 : 200).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const { id, webhook } = await stack.client.batches.submit({
      pipeline: translate as never,
      rows: rows(3, 999),
      webhook: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` },
    });
    const response = await first.promise;
    const workers = Object.entries(await stack.processes()).filter(([name]) => name.startsWith('worker-'));
    for (const [, pid] of workers) process.kill(pid, 'SIGKILL');
    response.writeHead(500).end();
    const messages = async () => (await stack.client.batches.deliveries(id)).messages;
    await expect
      .poll(async () => (await messages()).map(({ status }) => status), { timeout: 30_000 })
      .toEqual(['delivered']);
    const [message] = await messages();
    expect(received).toHaveLength(4);
    expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([message!.id]));
    for (const { headers, body } of received)
      expect(new Webhook(webhook!.secret).verify(body, headers as Record<string, string>)).toMatchObject({
        type: 'batch.completed',
        data: { batch: id, counts: { completed: 3 } },
      });
    expect(message!.deliveries.map(({ status, error }) => [status, error])).toEqual([
      [null, 'The process that sent it ended before it could say what came of it.'],
      [500, 'It answered 500.'],
      [500, 'It answered 500.'],
      [200, null],
    ]);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

async function query<Row extends object>(text: string): Promise<Row> {
  const database = new pg.Client({ connectionString: await stack.databaseUrl() });
  await database.connect();
  try {
    await database.query('SET search_path = intermodal');
    return (await database.query<Row>(text)).rows[0]!;
  } finally {
    await database.end();
  }
}
