import { newUuid } from '@intermodal/contracts';
import type { ClaimedTask, Settlement } from '@intermodal/pipeline';
import { oneStep } from '@intermodal/testing';
import type pg from 'pg';
import { afterAll, beforeEach, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LOCAL_TENANT, type Records } from './index.ts';
import { openTestRecords, type TestRecords } from './test-records.testing.ts';

const STAGE = 'toy.make@1';
const worker = newUuid();
let opened: TestRecords;
let records: Records;
let sql: pg.Client;

beforeAll(async () => {
  opened = await openTestRecords();
  ({ records, sql } = opened);
});
afterAll(() => opened[Symbol.asyncDispose]());
// One worker with ten slots; tasks take a second as far as anybody knows: twenty fit into the window.
beforeEach(() =>
  records.tasks.heartbeat({ id: worker, pool: 'text', stages: [STAGE], slots: 10, engines: {} }, []),
);
afterEach(() => sql.query('TRUNCATE job, task, event, batch, batch_row, scope, worker, stage_pace CASCADE'));

const tenant = async (weight = 1): Promise<string> => {
  const id = newUuid();
  await sql.query('INSERT INTO tenant (id, name, weight) VALUES ($1, $2, $3)', [id, id, weight]);
  return id;
};
const submit = async (tenantId: string, count: number, priority = 0): Promise<void> => {
  for (let i = 0; i < count; i++)
    await records.jobs.submit({
      ...{ id: newUuid(), tenantId, plan: oneStep, input: { x: i }, params: {}, metadata: {}, priority },
    });
};
const submitBatch = (tenantId: string, count: number) =>
  records.batches.submit({
    ...{ id: newUuid(), tenantId, plan: oneStep, metadata: {} },
    rows: Array.from({ length: count }, (_, i) => ({
      ...{ line: i + 1, jobId: newUuid(), input: { x: i }, params: {}, metadata: {} },
    })),
  });
/** What is on its way, in the order in which it was let in: of whom, which lane, which priority. */
async function admitted(taker?: number) {
  const result = await records.tasks.admit(
    STAGE,
    taker === undefined ? undefined : { workerId: worker, room: { [STAGE]: taker } },
  );
  const ids = result.deliveries.flatMap(({ tasks }) => tasks.map(({ id }) => id));
  const { rows } = await sql.query<{ tenant: string; lane: number; priority: number }>(
    `SELECT t.tenant_id AS tenant, t.lane, t.priority FROM unnest($1::uuid[]) WITH ORDINALITY i(id, o) JOIN task t ON t.id = i.id ORDER BY i.o`,
    [ids],
  );
  return { ...result, ids, rows };
}
const completed = ({ id, token }: ClaimedTask): Settlement => ({
  ...{ taskId: id, token, outcome: 'completed', artifacts: [] },
  output: { value: 1, list: null },
});
const countBy = (values: readonly unknown[]) =>
  Object.fromEntries([...Map.groupBy(values, String)].map(([key, group]) => [key, group.length]));

describe('the window', () => {
  test('has two tasks for each slot, and says that there is more', async () => {
    await submit(LOCAL_TENANT, 25);
    const first = await admitted();
    expect(first.ids).toHaveLength(20);
    expect(first.more).toBe(true);
    expect(await admitted()).toMatchObject({ ids: [], more: true });
    expect(await records.tasks.claim(first.ids.slice(0, 5), worker)).toMatchObject({
      ...{ tasks: { length: 5 }, waiting: [STAGE] },
    });
    expect(await admitted()).toMatchObject({ ids: { length: 5 }, more: false });
    expect(await records.tasks.claim(first.ids.slice(5, 7), worker)).toMatchObject({ waiting: [] });
  });

  test('has short tasks travel together, as many as a worker has slots', async () => {
    await records.tasks.tellPace({ [STAGE]: 5 });
    await submitBatch(LOCAL_TENANT, 120);
    expect((await admitted()).deliveries.map(({ tasks }) => tasks.length)).toEqual([4, 4, 4, 4, 4]);
    await sql.query(`UPDATE task SET place = 'waiting'`);
    await records.tasks.tellPace({ [STAGE]: 0 });
    await records.tasks.tellPace({ [STAGE]: 0 });
    expect((await admitted()).deliveries.map(({ tasks }) => tasks.length)).toEqual([10, 10]);
  });

  test('counts what the asking worker takes as gone', async () => {
    await submit(LOCAL_TENANT, 25);
    const { claimed, ids, more } = await admitted(3);
    expect(claimed.map((task) => task.input)).toEqual([{ a: 0 }, { a: 1 }, { a: 2 }]);
    expect(ids).toHaveLength(20);
    expect(more).toBe(true);
    expect((await records.tasks.settle(claimed.map(completed))).fenced).toEqual([]);
  });

  test('jobs of very many that are taken at once are marked by the next beat, or by their end, as begun when their task was', async () => {
    await submitBatch(LOCAL_TENANT, 60);
    const { claimed } = await admitted(60);
    expect(claimed).toHaveLength(60);
    const states = async () => {
      const { rows } = await sql.query<{ state: string; early: boolean }>(
        `SELECT j.state, j.started_at = t.started_at AS early FROM job j JOIN task t ON t.job_id = j.id ORDER BY t.seq`,
      );
      return countBy(rows.map(({ state, early }) => `${state} ${early}`));
    };
    expect(await states()).toEqual({ 'queued null': 60 });
    await records.tasks.settle(claimed.slice(0, 20).map(completed));
    expect(await states()).toEqual({ 'completed true': 20, 'queued null': 40 });
    const leases = claimed.slice(20).map(({ id, token }) => ({ taskId: id, token, progress: null }));
    await records.tasks.heartbeat(
      { id: worker, pool: 'text', stages: [STAGE], slots: 10, engines: {} },
      leases,
    );
    expect(await states()).toEqual({ 'completed true': 20, 'running true': 40 });
    const few = await submitBatch(LOCAL_TENANT, 5);
    expect((await admitted(5)).claimed).toHaveLength(5);
    expect((await records.batches.get(LOCAL_TENANT, few.batchId))!.jobs).toMatchObject({ running: 5 });
  });

  test('is the same for many who ask at once: every task goes out once', async () => {
    await submit(LOCAL_TENANT, 40);
    const taker = { workerId: worker, room: { [STAGE]: 2 } };
    const all = await Promise.all(Array.from({ length: 8 }, () => records.tasks.admit(STAGE, taker)));
    const out = all.flatMap(({ claimed, deliveries }) => [
      ...claimed.map(({ id }) => id),
      ...deliveries.flatMap(({ tasks }) => tasks.map(({ id }) => id)),
    ]);
    expect(new Set(out).size).toBe(out.length);
  });
});

describe('turns', () => {
  test('a tenant that comes late is not behind everything that another one left', async () => {
    const [flood, late] = [await tenant(), await tenant()];
    await submitBatch(flood, 200);
    await admitted();
    await submitBatch(late, 5);
    await sql.query(`UPDATE task SET state = 'completed', place = NULL WHERE place = 'sent'`);
    const { rows } = await admitted();
    // Ten of the first ten turns are shared evenly.
    expect(countBy(rows.slice(0, 10).map((row) => row.tenant))).toEqual({ [flood]: 5, [late]: 5 });
  });

  test('follow the weights of tenants', async () => {
    const [light, heavy] = [await tenant(1), await tenant(3)];
    await submitBatch(light, 50);
    await submitBatch(heavy, 50);
    const { rows } = await admitted();
    expect(countBy(rows.map((row) => row.tenant))).toEqual({ [light]: 5, [heavy]: 15 });
  });

  test('interactive work goes before batches, which still move', async () => {
    await submitBatch(LOCAL_TENANT, 50);
    await submit(LOCAL_TENANT, 50);
    const { rows } = await admitted();
    expect(countBy(rows.map((row) => row.lane))).toEqual({ 0: 16, 1: 4 });
  });

  test('within a lane, higher priority first, then first come', async () => {
    await submit(LOCAL_TENANT, 3);
    await submit(LOCAL_TENANT, 2, 5);
    const { rows } = await admitted();
    expect(rows.map((row) => row.priority)).toEqual([5, 5, 0, 0, 0]);
  });

  test('a stream whose tasks fill the window lets others pass', async () => {
    const [first, second] = [await tenant(), await tenant()];
    await submitBatch(first, 100);
    const { ids } = await admitted();
    await submitBatch(second, 100);
    await records.tasks.claim(ids.slice(0, 10), worker);
    const { rows } = await admitted();
    expect(countBy(rows.map((row) => row.tenant))).toEqual({ [second]: 10 });
  });
});

test('a job that is not done at its deadline fails, and says so', async () => {
  const id = newUuid();
  await records.jobs.submit({
    ...{
      id,
      tenantId: LOCAL_TENANT,
      plan: oneStep,
      input: { x: 1 },
      params: {},
      metadata: {},
      deadlineMs: 60_000,
    },
  });
  await records.tasks.sweep();
  expect(await records.jobs.get(LOCAL_TENANT, id)).toMatchObject({ state: 'queued' });
  await sql.query(`UPDATE job SET deadline_at = now() - interval '1 s' WHERE id = $1`, [id]);
  expect((await records.tasks.sweep()).changedJobs).toEqual([id]);
  expect(await records.jobs.get(LOCAL_TENANT, id)).toMatchObject({
    state: 'failed',
    error: { code: 'job.deadline' },
  });
  const { rows } = await sql.query('SELECT type FROM event WHERE job_id = $1', [id]);
  expect(rows).toEqual([{ type: 'job.failed' }]);
});

describe('a tenant that may have so many tasks running', () => {
  const limited = async (max: number): Promise<string> => {
    const id = await tenant();
    await records.tenants.change(id, { limits: { runningTasks: max } });
    return id;
  };
  const takes = async (count: number) => (await admitted(count)).claimed;

  test('has no more, while others go on', async () => {
    const [few, many] = [await limited(3), await tenant()];
    await submit(few, 10);
    await submit(many, 10);
    const { claimed, rows } = await admitted(6);
    const ours = [...claimed.map(({ tenantId }) => tenantId), ...rows.map((row) => row.tenant)];
    expect(ours.filter((id) => id === few)).toHaveLength(3);
    expect(ours.filter((id) => id === many)).toHaveLength(10);
  });

  test('gets the next one when one has ended, and batches what interactive jobs leave', async () => {
    const few = await limited(2);
    await submitBatch(few, 3);
    await submit(few, 1);
    const first = await takes(5);
    expect(first).toHaveLength(2);
    expect(await takes(5)).toHaveLength(0);
    const room = { workerId: worker, room: { [STAGE]: 5 } };
    expect((await records.tasks.settle([completed(first[0]!)], room)).claimed).toEqual([]);
    expect(await takes(5)).toHaveLength(1);
    expect(await takes(5)).toHaveLength(0);
  });

  test('stays within its limit when many ask at once', async () => {
    const few = await limited(3);
    await submit(few, 20);
    const taken = await Promise.all(Array.from({ length: 4 }, () => takes(5)));
    const { rows } = await sql.query<{ held: number }>(
      `SELECT count(*)::int AS held FROM task WHERE tenant_id = $1 AND (state = 'running' OR place = 'sent')`,
      [few],
    );
    expect(rows[0]!.held).toBe(3);
    expect(taken.flat().length).toBeLessThanOrEqual(3);
  });
});
