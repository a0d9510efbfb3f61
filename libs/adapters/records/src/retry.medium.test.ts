import { newUuid, type ErrorCode } from '@intermodal/contracts';
import { type NewBatchRow, type Settlement } from '@intermodal/pipeline';
import { twoSteps } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCAL_TENANT, type Records } from './index.ts';
import { openTestRecords, type TestRecords } from './test-records.testing.ts';

// That a retry is what the reference executor says is the property test's business.

let opened: TestRecords;
let records: Records;
const worker = newUuid();

beforeAll(async () => {
  opened = await openTestRecords();
  ({ records } = opened);
});
afterAll(() => opened[Symbol.asyncDispose]());

async function submit(more: { deadlineMs?: number; priority?: number } = {}): Promise<string> {
  const job = {
    id: newUuid(),
    tenantId: LOCAL_TENANT,
    plan: twoSteps,
    params: {},
    metadata: { mine: 'yes' },
  };
  return (await records.jobs.submit({ ...job, input: { x: 1 }, ...more })).jobId;
}
const retryJob = (of: string, tenantId = LOCAL_TENANT) => records.jobs.retry({ tenantId, of, id: newUuid() });
const retryBatch = (of: string) => records.batches.retry({ tenantId: LOCAL_TENANT, of, id: newUuid() });
const job = async (id: string) => (await records.jobs.get(LOCAL_TENANT, id))!;
const tasks = (id: string) => records.jobs.tasks(id, 10);

/** Runs all that is ready of a job, until it ends; these fail. */
async function run(jobId: string, failing: readonly string[] = []): Promise<string[]> {
  const ran: string[] = [];
  for (;;) {
    const ready = (await tasks(jobId)).filter(({ state }) => state === 'ready').map(({ id }) => id);
    const { tasks: claimed } = await records.tasks.claim(ready, worker);
    if (claimed.length === 0) return ran;
    ran.push(...claimed.map(({ path }) => path));
    await records.tasks.settle(
      claimed.map(({ id, token, path }): Settlement => {
        const base = { taskId: id, token };
        if (!failing.includes(path))
          return { ...base, outcome: 'completed', output: { value: path }, artifacts: [], engine: 'toy' };
        const error = { code: 'media.unreadable' as ErrorCode, message: 'No.' };
        return { ...base, outcome: 'failed', error, retry: false, outage: false };
      }),
    );
  }
}

describe('the retry of a job', () => {
  test('is another job that keeps what completed; the old one stays as it is', async () => {
    const old = await submit({ deadlineMs: 60_000, priority: 3 });
    expect(await run(old, ['second'])).toEqual(['first', 'second']);
    const before = await job(old);
    const retried = await retryJob(old);
    if (!retried || retried === 'refused') throw new Error('refused');
    expect(retried).toMatchObject({ created: true, waiting: ['toy.make@1'] });
    expect(await job(retried.id)).toMatchObject({
      ...{ state: 'queued', retryOf: old, retriedBy: null, input: { x: 1 }, metadata: { mine: 'yes' } },
    });
    expect(await tasks(retried.id)).toMatchObject([
      { path: 'first', state: 'completed', kept: true, attempt: 0, engine: 'toy' },
      { path: 'second', state: 'ready', kept: false },
    ]);
    const { rows } = await opened.sql.query(
      'SELECT priority, extract(epoch FROM deadline_at - created_at)::float AS seconds FROM job WHERE id = $1',
      [retried.id],
    );
    expect(rows).toMatchObject([{ priority: 3, seconds: expect.closeTo(60, 0) as number }]);
    expect(await run(retried.id)).toEqual(['second']);
    expect(await job(retried.id)).toMatchObject({ state: 'completed', output: { value: 'second' } });
    expect(await job(old)).toEqual({ ...before, retriedBy: retried.id });
  });

  test('is one, however often and by how many it is asked for', async () => {
    const old = await submit();
    await run(old, ['first']);
    const asked = await Promise.all(Array.from({ length: 8 }, () => retryJob(old)));
    const made = asked.map((one) => (one && one !== 'refused' ? one : undefined));
    expect(new Set(made.map((one) => one?.id)).size).toBe(1);
    expect(made.filter((one) => one?.created)).toHaveLength(1);
  });

  test('can be retried itself', async () => {
    const old = await submit();
    await run(old, ['second']);
    const once = (await retryJob(old)) as { id: string };
    expect(await run(once.id, ['second'])).toEqual(['second']);
    const twice = (await retryJob(once.id)) as { id: string };
    expect(await run(twice.id)).toEqual(['second']);
    expect(await job(twice.id)).toMatchObject({ state: 'completed' });
  });

  test('goes on where a cancelled one stopped', async () => {
    const old = await submit();
    const {
      tasks: [first],
    } = await records.tasks.claim([(await tasks(old))[0]!.id], worker);
    const { id: taskId, token } = first!;
    await records.tasks.settle([
      { taskId, token, outcome: 'completed', output: { value: 5 }, artifacts: [] },
    ]);
    await records.jobs.cancel(LOCAL_TENANT, old);
    const again = (await retryJob(old)) as { id: string };
    expect(await run(again.id)).toEqual(['second']);
  });

  test('is refused of one that is open or completed, and unknown of another tenant', async () => {
    const old = await submit();
    expect(await retryJob(old)).toBe('refused');
    expect(await retryJob(old, newUuid())).toBeUndefined();
    await run(old);
    expect(await retryJob(old)).toBe('refused');
  });
});

describe('the retry of a batch', () => {
  const row = (line: number): NewBatchRow => ({
    ...{ line, customId: `row-${line}`, jobId: newUuid(), input: { x: line }, params: {}, metadata: {} },
  });
  const bad: NewBatchRow = { line: 3, error: { code: 'input.invalid', message: 'No.' } };

  test('has all rows: completed ones share their jobs, failed ones are retried, bad ones stay bad', async () => {
    const rows = [row(1), row(2), bad, row(4)];
    const { batchId } = await records.batches.submit({
      ...{ id: newUuid(), tenantId: LOCAL_TENANT, plan: twoSteps, rows, metadata: {} },
    });
    const [good, failing, other] = rows.flatMap((one) => ('jobId' in one ? [one.jobId] : []));
    await run(good!);
    await run(failing!, ['second']);
    expect(await retryBatch(batchId)).toBe('refused');
    expect(await retryJob(failing!)).toBe('refused');
    await run(other!, ['first']);
    const results = await records.batches.rows(batchId, { afterLine: 0, limit: 10 });

    const retried = (await retryBatch(batchId)) as { id: string };
    expect(retried).toMatchObject({ created: true, waiting: ['toy.make@1'] });
    expect(await records.batches.get(LOCAL_TENANT, retried.id)).toMatchObject({
      ...{ state: 'open', total: 4, invalid: 1, retryOf: batchId, startedAt: null },
      jobs: { queued: 2, completed: 1, failed: 0 },
    });
    const again = await records.batches.rows(retried.id, { afterLine: 0, limit: 10 });
    expect(again).toMatchObject([
      { line: 1, customId: 'row-1', jobId: good, state: 'completed' },
      { line: 2, customId: 'row-2', state: 'queued' },
      { line: 3, jobId: null, error: { code: 'input.invalid' } },
      { line: 4, customId: 'row-4', state: 'queued' },
    ]);
    expect(await run(again[1]!.jobId!)).toEqual(['second']);
    expect(await run(again[3]!.jobId!)).toEqual(['first', 'second']);
    expect(await records.batches.get(LOCAL_TENANT, retried.id)).toMatchObject({
      ...{ state: 'completed', jobs: { completed: 3 } },
    });
    expect(await retryBatch(batchId)).toMatchObject({ id: retried.id, created: false });
    expect(await retryBatch(retried.id)).toBe('refused');
    expect(await records.batches.rows(batchId, { afterLine: 0, limit: 10 })).toEqual(results);
  });
});
