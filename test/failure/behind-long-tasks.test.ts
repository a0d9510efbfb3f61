import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTrialStack, type TrialStack } from '@intermodal/trial';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

let stack: TrialStack;
let database: pg.Client;
beforeAll(async () => {
  stack = await startTrialStack({
    ...{ workers: 1, careless: true, base: process.env },
    environment: { TRIAL_PATIENCE_MS: '2000' },
  });
  database = new pg.Client({ connectionString: stack.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  await stack?.stop();
});

const submit = async (pipeline: string, params: Record<string, unknown>): Promise<string> =>
  (await stack.clients[0]!.jobs.submit({ pipeline, input: { value: 1 }, params })).id;

const running = async (stage: string): Promise<number> => {
  const { rows } = await database.query<{ tasks: number }>(
    `SELECT count(*)::int AS tasks FROM intermodal.task WHERE stage = $1 AND state = 'running'`,
    [stage],
  );
  return rows[0]!.tasks;
};

test('tasks that a worker took and cannot begin, because long ones have its slots, are done by another one', async () => {
  const over = join(stack.folder, 'over');
  const long = await Promise.all([
    submit('trial-hold', { until: over }),
    submit('trial-hold', { until: over }),
  ]);
  await expect.poll(() => running('trial.hold@1'), { timeout: 20_000 }).toBe(2);
  const short = await Promise.all(Array.from({ length: 10 }, () => submit('trial-chain', { ms: 0 })));
  // It has them, and no slot for them.
  await expect.poll(() => running('trial.echo@1'), { timeout: 20_000 }).toBeGreaterThan(0);
  await stack.addWorker();
  const [client] = stack.clients;
  for (const id of short) expect((await client!.jobs.wait(id)).status).toBe('completed');
  expect(await running('trial.hold@1')).toBe(2);
  await writeFile(over, '');
  for (const id of long) expect((await client!.jobs.wait(id)).status).toBe('completed');
});
