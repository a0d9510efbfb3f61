import { newUuid, type ErrorCode } from '@intermodal/contracts';
import { type NewBatch, type NewBatchRow, type Settlement } from '@intermodal/pipeline';
import { twoSteps } from '@intermodal/testing';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCAL_TENANT, type Records } from './index.ts';
import { openTestRecords, type TestRecords } from './test-records.testing.ts';

let opened: TestRecords;
let records: Records;
let sql: pg.Client;
const worker = newUuid();

beforeAll(async () => {
  opened = await openTestRecords();
  ({ records, sql } = opened);
});
afterAll(() => opened[Symbol.asyncDispose]());

const row = (line: number, x: unknown = line): NewBatchRow => ({
  line,
  customId: `row-${line}`,
  jobId: newUuid(),
  input: { x },
  params: {},
  metadata: {},
});
const badRow = (line: number): NewBatchRow => ({
  line,
  customId: `row-${line}`,
  error: { code: 'input.invalid' as ErrorCode, message: 'No.' },
});
const rowsUpTo = (count: number) => Array.from({ length: count }, (_, i) => row(i + 1));

const submit = (rows: readonly NewBatchRow[], more: Partial<NewBatch> = {}) =>
  records.batches.submit({
    id: newUuid(),
    tenantId: LOCAL_TENANT,
    plan: twoSteps,
    rows,
    metadata: {},
    ...more,
  });
const get = async (id: string) => (await records.batches.get(LOCAL_TENANT, id))!;

/** Runs these tasks and all that follows, the settlements split over `inFlight` statements at a time. */
async function run(ids: readonly string[], inFlight = 1): Promise<void> {
  const taker = { workerId: worker, room: { 'toy.make@1': 1_000 } };
  for (let { tasks: claimed } = await records.tasks.claim(ids, worker); claimed.length > 0;) {
    const settled = claimed.map(({ id, token }): Settlement => ({
      taskId: id,
      token,
      outcome: 'completed',
      output: { value: 7, list: null },
      artifacts: [],
    }));
    const parts = Array.from({ length: inFlight }, (_, i) => settled.filter((_, at) => at % inFlight === i));
    const results = await Promise.all(parts.map((part) => records.tasks.settle(part, taker)));
    claimed = results.flatMap((result) => result.claimed);
  }
}
const readyOf = async ({ batchId }: { batchId: string }): Promise<string[]> =>
  (
    await sql.query<{ id: string }>(
      `SELECT t.id FROM task t JOIN job j ON j.id = t.job_id WHERE j.batch_id = $1 AND t.state = 'ready' ORDER BY t.seq`,
      [batchId],
    )
  ).rows.map(({ id }) => id);
const eventsOf = async (id: string) =>
  (await sql.query<{ type: string }>('SELECT type FROM event WHERE batch_id = $1', [id])).rows.map(
    ({ type }) => type,
  );

describe('a batch', () => {
  test('makes a job for every good row, and ends with the last of them', async () => {
    const submitted = await submit([row(1), badRow(2), row(4)]);
    expect(submitted.waiting).toEqual(['toy.make@1']);
    expect(await get(submitted.batchId)).toMatchObject({
      pipeline: 'two-steps@1',
      state: 'open',
      total: 3,
      invalid: 1,
      jobs: { queued: 2, running: 0, completed: 0 },
    });
    const [first, second] = await readyOf(submitted);
    await run([first!]);
    expect(await get(submitted.batchId)).toMatchObject({ state: 'open', jobs: { queued: 1, completed: 1 } });
    expect(await eventsOf(submitted.batchId)).toEqual([]);
    await run([second!]);
    expect(await get(submitted.batchId)).toMatchObject({ state: 'completed', jobs: { completed: 2 } });
    expect(await eventsOf(submitted.batchId)).toEqual(['batch.completed']);
    const rows = await records.batches.rows(submitted.batchId, { afterLine: 0, limit: 10 });
    expect(rows).toMatchObject([
      { line: 1, customId: 'row-1', state: 'completed', output: { value: 7 }, error: null },
      { line: 2, customId: 'row-2', state: null, jobId: null, error: { message: 'No.' } },
      { line: 4, customId: 'row-4', state: 'completed' },
    ]);
    const after = await records.batches.rows(submitted.batchId, { afterLine: 2, limit: 10 });
    expect(after.map(({ line }) => line)).toEqual([4]);
  });

  test('keeps what came of its jobs when they are deleted', async () => {
    const submitted = await submit([row(1), row(2), row(3)]);
    const [first] = await readyOf(submitted);
    await run([first!]);
    await records.batches.cancel(LOCAL_TENANT, submitted.batchId);
    const ended = await get(submitted.batchId);
    expect(ended.jobs).toEqual({ queued: 0, running: 0, completed: 1, failed: 0, cancelled: 2 });
    await sql.query('DELETE FROM job WHERE batch_id = $1', [submitted.batchId]);
    expect(await get(submitted.batchId)).toEqual(ended);
  });

  test('fails when no row is good', async () => {
    const { batchId } = await submit([badRow(1), badRow(2)]);
    expect(await get(batchId)).toMatchObject({ state: 'failed', invalid: 2 });
    expect(await eventsOf(batchId)).toEqual(['batch.failed']);
  });

  test('ends at once when its jobs have nothing to do', async () => {
    const { batchId } = await submit([row(1, null)]);
    expect(await get(batchId)).toMatchObject({ state: 'completed', jobs: { failed: 1 } });
  });

  test('ends exactly once, whichever transactions end its last jobs at the same time', async () => {
    for (let round = 0; round < 30; round++) {
      const one = await submit(rowsUpTo(8));
      const two = await submit(rowsUpTo(8));
      // Every statement settles jobs of both batches, in another order: locks must not cross.
      const others = await readyOf(two);
      const mixed = (await readyOf(one)).flatMap((id, i) =>
        i % 2 ? [id, others[7 - i]!] : [others[7 - i]!, id],
      );
      await run(mixed, 8);
      for (const { batchId } of [one, two]) {
        expect(await get(batchId)).toMatchObject({ state: 'completed', jobs: { completed: 8 } });
        expect(await eventsOf(batchId)).toEqual(['batch.completed']);
      }
    }
  });

  test('is cancelled with its open jobs; those that ended stay as they are', async () => {
    const submitted = await submit(rowsUpTo(3));
    await run([(await readyOf(submitted))[0]!]);
    expect(await records.batches.cancel(newUuid(), submitted.batchId)).toBeUndefined();
    expect(await records.batches.cancel(LOCAL_TENANT, submitted.batchId)).toBe(true);
    expect(await records.batches.cancel(LOCAL_TENANT, submitted.batchId)).toBe(false);
    expect(await get(submitted.batchId)).toMatchObject({
      state: 'cancelled',
      jobs: { completed: 1, cancelled: 2 },
    });
    expect(await eventsOf(submitted.batchId)).toEqual(['batch.cancelled']);
  });

  test('is cancelled while its jobs end: one final state, one event', async () => {
    for (let round = 0; round < 20; round++) {
      const submitted = await submit(rowsUpTo(12));
      await Promise.all([
        run(await readyOf(submitted), 4),
        records.batches.cancel(LOCAL_TENANT, submitted.batchId),
        records.batches.cancel(LOCAL_TENANT, submitted.batchId),
      ]);
      const { state, jobs } = await get(submitted.batchId);
      expect(state).not.toBe('open');
      expect(jobs.queued + jobs.running).toBe(0);
      expect(await eventsOf(submitted.batchId)).toEqual([`batch.${state}`]);
    }
  });

  test('ends when its last job is cancelled by itself', async () => {
    const batch = await submit([row(1)]);
    const [only] = await records.batches.rows(batch.batchId, { afterLine: 0, limit: 1 });
    await records.jobs.cancel(LOCAL_TENANT, only!.jobId!);
    expect(await get(batch.batchId)).toMatchObject({ state: 'completed', jobs: { cancelled: 1 } });
  });

  test('one key gives one batch, however many ask at once; another request or a job under it is refused', async () => {
    const idempotency = { key: newUuid(), sha256: 'a' };
    const many = await Promise.all(Array.from({ length: 8 }, () => submit(rowsUpTo(5), { idempotency })));
    expect(new Set(many.map(({ batchId }) => batchId)).size).toBe(1);
    expect(many.filter(({ created }) => created)).toHaveLength(1);
    const conflict = { code: 'idempotency.conflict' };
    await expect(submit(rowsUpTo(5), { idempotency: { ...idempotency, sha256: 'b' } })).rejects.toMatchObject(
      conflict,
    );
    const job = {
      id: newUuid(),
      tenantId: LOCAL_TENANT,
      plan: twoSteps,
      input: { x: 1 },
      params: {},
      metadata: {},
    };
    await expect(records.jobs.submit({ ...job, idempotency })).rejects.toMatchObject(conflict);
  });

  test('lists its tenant only, the newest first', async () => {
    const { batchId } = await submit([row(1)]);
    const [newest, next] = await records.batches.list(LOCAL_TENANT, { limit: 2 });
    expect(newest!.id).toBe(batchId);
    const [after] = await records.batches.list(LOCAL_TENANT, { limit: 1, before: batchId });
    expect(after!.id).toBe(next!.id);
    expect(await records.batches.list(newUuid(), { limit: 2 })).toEqual([]);
    expect(await records.batches.get(newUuid(), batchId)).toBeUndefined();
  });
});

test('whether a batch has ended is asked of its own jobs, however many there are of others', async () => {
  const only = row(1);
  await records.batches.cancel(LOCAL_TENANT, (await submit([only])).batchId);
  await sql.query(
    `INSERT INTO job SELECT (jsonb_populate_record(j, jsonb_build_object('id', new_id(), 'state', 'completed'))).*
     FROM job j, generate_series(1, 20000) WHERE j.id = $1`,
    ['error' in only ? null : only.jobId],
  );
  await sql.query('ANALYZE job');
  const { batchId } = await submit(rowsUpTo(2));
  await sql.query('BEGIN');
  // As the connections of the records do.
  await sql.query('SET LOCAL plan_cache_mode = force_generic_plan');
  for (const call of ['SELECT end_batch($1)', 'SELECT * FROM sweep(100, NULL) WHERE $1::uuid IS NOT NULL'])
    await sql.query(call, [batchId]);
  const { rows } = await sql.query<{ read: number }>(
    `SELECT (seq_tup_read + idx_tup_fetch)::int AS read FROM pg_stat_xact_user_tables WHERE relname = 'job'`,
  );
  await sql.query('ROLLBACK');
  expect(rows[0]!.read).toBeLessThan(1_000);
}, 60_000);

test('1,000 rows are accepted and run', async () => {
  const startedMs = performance.now();
  const submitted = await submit(rowsUpTo(1_000));
  const acceptedMs = performance.now() - startedMs;
  const ids = await readyOf(submitted);
  expect(ids).toHaveLength(1_000);
  const runStartedMs = performance.now();
  for (let i = 0; i < ids.length; i += 100) await run(ids.slice(i, i + 100), 2);
  const ranMs = performance.now() - runStartedMs;
  expect(await get(submitted.batchId)).toMatchObject({ state: 'completed', jobs: { completed: 1_000 } });
  const perSecond = (ms: number) => Math.round(1_000_000 / ms);
  console.info(
    `accepted ${perSecond(acceptedMs)} rows/s, then ran ${perSecond(ranMs)} jobs/s of two tasks each`,
  );
});
