import { startTrialStack, type TrialStack } from '@intermodal/trial';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBalancer, type Balancer } from '../balancer.ts';

/** Who asks at a time. */
const CLIENTS = 8;

let stack: TrialStack;
let balancer: Balancer;
beforeAll(async () => {
  stack = await startTrialStack({
    ...{ workers: 1, apis: 2, careless: true, base: process.env },
    environment: { INTERMODAL_LAMEDUCK_MS: '2000', INTERMODAL_SLOTS: '32' },
  });
  balancer = await startBalancer(stack.urls, 100);
});
afterAll(async () => {
  await balancer?.close();
  await stack?.stop();
});

test('API processes that are replaced in turn behind a balancer refuse nobody', async () => {
  const accepted = new Set<string>();
  const refused: string[] = [];
  let isOver = false;
  const client = async (): Promise<void> => {
    // Every other request waits for the end of its job, so that some are under way when the process is told to end.
    for (let waits = false; !isOver; waits = !waits) {
      const answer = await fetch(`${balancer.url}/v1/jobs${waits ? '?wait=30' : ''}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stack.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ pipeline: 'trial-chain', input: { value: 1 }, params: { ms: 300 } }),
      });
      const body = await answer.text();
      if (answer.ok) accepted.add((JSON.parse(body) as { id: string }).id);
      else refused.push(`${answer.status} ${body}`);
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  for (const [i, api] of stack.apis.entries()) {
    const before = accepted.size;
    // It is asked all the while, and answers.
    await expect.poll(() => accepted.size, { timeout: 20_000 }).toBeGreaterThan(before + 20);
    const restarted = api.restart();
    await balancer.sees(stack.urls[i]!, false);
    await restarted;
    await balancer.sees(stack.urls[i]!, true);
  }
  isOver = true;
  await Promise.all(clients);
  expect(balancer.failed).toEqual([]);
  expect(refused).toEqual([]);
  expect(stack.apis.map(({ deaths }) => deaths)).toEqual([['code 0'], ['code 0']]);
  const database = new pg.Client({ connectionString: stack.databaseUrl });
  await database.connect();
  const { rows } = await database.query<{ jobs: number }>('SELECT count(*)::int AS jobs FROM intermodal.job');
  await database.end();
  expect(rows).toEqual([{ jobs: accepted.size }]);
});
