import { newUuid } from '@intermodal/contracts';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LOCAL_TENANT, type Records } from './index.ts';
import { openTestRecords, type TestRecords } from './test-records.testing.ts';

const STAGE = 'toy.make@1';
const OTHER = 'toy.read@1';
let opened: TestRecords;
let records: Records;
let sql: pg.Client;

beforeAll(async () => {
  opened = await openTestRecords();
  ({ records, sql } = opened);
});
afterAll(() => opened[Symbol.asyncDispose]());
afterEach(() => sql.query('TRUNCATE job, task, worker, stage_pace CASCADE'));

interface Rows {
  readonly tasks: number;
  readonly stage?: string;
  readonly tenantId?: string;
  readonly state?: string;
  readonly place?: string | null;
  readonly workerId?: string;
}

/** Tasks as they lie in the table; without jobs, which nobody asks for here. */
const put = ({ tasks, stage = STAGE, tenantId = LOCAL_TENANT, ...rest }: Rows) => {
  const { state = 'ready', place = state === 'ready' ? 'waiting' : null, workerId = null } = rest;
  return sql.query(
    `INSERT INTO task (id, job_id, tenant_id, path, node, chain, stage, state, place, deps_left, lease_until, started_at, worker_id, next_check_at)
     SELECT gen_random_uuid(), gen_random_uuid(), $2, 'made', 'made', '{""}', $3, $4, $5, 0,
       CASE WHEN $4 = 'running' THEN now() + interval '1 h' END, CASE WHEN $4 = 'running' THEN now() - interval '10 s' END, $6,
       CASE WHEN $5 <> 'waiting' THEN now() + interval '1 h' END
     FROM generate_series(1, $1)`,
    [tasks, tenantId, stage, state, place, workerId],
  );
};
const tenantOf = async (runningTasksMax: number | null): Promise<string> => {
  const id = newUuid();
  await sql.query('INSERT INTO tenant (id, name, running_tasks_max) VALUES ($1, $2, $3)', [
    id,
    id,
    runningTasksMax,
  ]);
  return id;
};
const backlog = async (most = 10_000) => (await records.pools.backlog([STAGE], most))[0]!;

describe('the backlog of a stage', () => {
  test('has what waits, was sent, waits for its next try, and runs, and for how long', async () => {
    await put({ tasks: 3 });
    await put({ tasks: 2, place: 'sent' });
    await put({ tasks: 4, place: 'later' });
    await put({ tasks: 5, state: 'running' });
    await put({ tasks: 6, state: 'completed' });
    await put({ tasks: 7, stage: OTHER });
    await records.tasks.tellPace({ [STAGE]: 40 });
    const found = await backlog();
    expect(found).toMatchObject({
      ...{ waiting: 5, open: 5, estimated: false, later: 4, running: 5, meanMs: 40, limited: [] },
    });
    expect(found.runningMs).toBeGreaterThan(9_000);
    expect(await records.pools.backlog(['toy.none@1'], 10)).toEqual([
      {
        ...{ stage: 'toy.none@1', waiting: 0, open: 0, later: 0, running: 0, meanMs: null, runningMs: null },
        ...{ estimated: false, limited: [] },
      },
    ]);
  });

  test('tells tenants with a limit from the others, and what they may run beside what they run', async () => {
    const limited = await tenantOf(4);
    await put({ tasks: 9, tenantId: limited });
    await put({ tasks: 1, tenantId: limited, state: 'running', stage: OTHER });
    await put({ tasks: 1, tenantId: limited, place: 'sent' });
    await put({ tasks: 5, tenantId: await tenantOf(null) });
    await put({ tasks: 6 });
    expect(await backlog()).toMatchObject({ waiting: 21, open: 12, limited: [{ waiting: 9, free: 2 }] });
  });

  test('counts so far and no further, and then goes by what PostgreSQL knows of the table', async () => {
    await put({ tasks: 30_000 });
    await put({ tasks: 30_000, state: 'completed' });
    await put({ tasks: 2_000, stage: OTHER });
    await sql.query('ANALYZE task');
    const { waiting, open, estimated } = await backlog(1_000);
    expect({ waiting, estimated }).toEqual({ waiting: 1_000, estimated: true });
    expect(open).toBeGreaterThan(27_000);
    expect(open).toBeLessThan(33_000);
    expect(await backlog(40_000)).toMatchObject({ waiting: 30_000, open: 30_000, estimated: false });
  });

  test('is never less than what was counted, whatever the statistics say', async () => {
    await put({ tasks: 5_000, state: 'completed' });
    await sql.query('ANALYZE task');
    await put({ tasks: 2_000 });
    expect((await backlog(1_000)).open).toBeGreaterThanOrEqual(1_000);
  });

  test('of 200,000 that wait costs no more than what is counted of them', async () => {
    await put({ tasks: 200_000 });
    await sql.query('ANALYZE task');
    await backlog();
    const { rows } = await sql.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM stage_backlog($1, 10000)`,
      [[STAGE]],
    );
    const plan = rows[0]!['QUERY PLAN'][0].Plan;
    // A table of 200,000 tasks has some 4,500 blocks and its index 1,500; an entry may ask for the block of its row.
    expect(plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!).toBeLessThan(11_000);
  });
});

test('a worker says where it is, and how many tasks it runs is known', async () => {
  const worker = newUuid();
  const idle = newUuid();
  const info = { pool: 'text', stages: [STAGE], slots: 2, engines: {} };
  await records.tasks.heartbeat({ id: worker, host: 'pool-text-abc', ...info }, []);
  await records.tasks.heartbeat({ id: idle, ...info }, []);
  await put({ tasks: 2, state: 'running', workerId: worker });
  const found = await records.pools.workers();
  expect(found).toHaveLength(2);
  expect(found).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: worker, host: 'pool-text-abc', running: 2 }),
      expect.objectContaining({ id: idle, host: null, running: 0 }),
    ]),
  );
});
