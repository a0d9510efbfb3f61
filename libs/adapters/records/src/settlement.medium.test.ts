import { newUuid, showId, type ArtifactRef, type ErrorCode } from '@intermodal/contracts';
import { compile, type ClaimedTask, type Settlement } from '@intermodal/pipeline';
import { twoSteps, toyStages } from '@intermodal/testing';
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
  expect(opened.applied).not.toEqual([]);
});
afterAll(() => opened[Symbol.asyncDispose]());

const submit = async (idempotency?: { key: string; sha256: string }) =>
  records.jobs.submit({
    id: newUuid(),
    tenantId: LOCAL_TENANT,
    plan: twoSteps,
    input: { x: 1 },
    params: {},
    metadata: { from: 'test' },
    idempotency,
  });

async function claimFirst(jobId: string): Promise<ClaimedTask> {
  const [task] = await records.jobs.tasks(jobId, 10);
  const {
    tasks: [claimed],
  } = await records.tasks.claim([task!.id], worker);
  return claimed!;
}

const completed = ({ id, token }: ClaimedTask, artifacts: ArtifactRef[] = []): Settlement => ({
  taskId: id,
  token,
  outcome: 'completed',
  output: { value: 7, list: null },
  artifacts,
});

const failed = (
  { id, token }: ClaimedTask,
  { code = 'model.unavailable' as ErrorCode, retry = true, outage = false } = {},
): Settlement => ({
  taskId: id,
  token,
  outcome: 'failed',
  error: { code, message: 'It did not work.' },
  retry,
  outage,
});

const statesOf = async (jobId: string) => (await records.jobs.tasks(jobId, 10)).map(({ state }) => state);
/** Makes what lies in the future due now: a test does not wait for clocks. */
const makeDue = (jobId: string) =>
  sql.query(
    `UPDATE task SET place = CASE WHEN state = 'ready' THEN 'waiting' END, lease_until = lease_until - interval '1 hour' WHERE job_id = $1`,
    [jobId],
  );
const waitingIn = async (jobId: string): Promise<string[]> =>
  (
    await sql.query<{ path: string }>(
      `SELECT path FROM task WHERE job_id = $1 AND state = 'ready' AND place = 'waiting' ORDER BY seq`,
      [jobId],
    )
  ).rows.map(({ path }) => path);

test('migrating again applies nothing', async () => {
  expect(await records.migrate()).toEqual([]);
});

describe('submitting', () => {
  test('makes the job, its tasks, and names the first ready one', async () => {
    const { jobId, created, waiting } = await submit();
    expect(created).toBe(true);
    expect(waiting).toEqual(['toy.make@1']);
    expect(await waitingIn(jobId)).toEqual(['first']);
    expect(await records.jobs.get(LOCAL_TENANT, jobId)).toMatchObject({
      state: 'queued',
      pipeline: 'two-steps@1',
      metadata: { from: 'test' },
    });
    expect(await statesOf(jobId)).toEqual(['ready', 'waiting']);
  });

  test('a job that has nothing to do and nothing to give ends at once', async () => {
    const idle = compile(
      {
        name: 'idle',
        version: 1,
        input: {},
        nodes: { n: { stage: 'toy.make@1', in: { a: null } } },
        output: {},
      },
      toyStages,
    );
    const id = newUuid();
    await records.jobs.submit({
      id,
      tenantId: LOCAL_TENANT,
      plan: idle,
      input: {},
      params: {},
      metadata: {},
    });
    expect(await records.jobs.get(LOCAL_TENANT, id)).toMatchObject({ state: 'completed', output: {} });
  });

  test('one key gives one job, however many ask at once; another request under it is refused', async () => {
    const idempotency = { key: newUuid(), sha256: 'a' };
    const many = await Promise.all(Array.from({ length: 20 }, () => submit(idempotency)));
    expect(new Set(many.map(({ jobId }) => jobId)).size).toBe(1);
    expect(many.filter(({ created }) => created)).toHaveLength(1);
    const { rows } = await sql.query('SELECT count(*)::int AS jobs FROM job j WHERE j.id = ANY ($1)', [
      many.map(({ jobId }) => jobId),
    ]);
    expect(rows).toEqual([{ jobs: 1 }]);
    await expect(submit({ ...idempotency, sha256: 'b' })).rejects.toMatchObject({
      code: 'idempotency.conflict',
    });
  });

  test("another tenant's job is as unknown as one that never was", async () => {
    const { jobId } = await submit();
    expect(await records.jobs.get(newUuid(), jobId)).toBeUndefined();
    expect(await records.jobs.cancel(newUuid(), jobId)).toBeUndefined();
    expect(await statesOf(jobId)).toEqual(['ready', 'waiting']);
  });
});

describe('settling', () => {
  test('an output is visible with its files, and names what became ready', async () => {
    const { jobId } = await submit();
    const task = await claimFirst(jobId);
    expect(task).toMatchObject({ path: 'first', attempt: 1, input: { a: 1 }, jobId });
    const artifact = newUuid();
    const ref = {
      id: showId('artifact', artifact),
      mediaType: 'audio/wav',
      bytes: 3,
      sha256: 'f'.repeat(64),
    };
    expect(await records.artifacts.get(LOCAL_TENANT, artifact)).toBeUndefined();
    const result = await records.tasks.settle([completed(task, [ref])]);
    expect(result).toMatchObject({
      fenced: [],
      claimed: [],
      waiting: ['toy.make@1'],
      changedJobs: [jobId],
    });
    expect(await records.artifacts.get(LOCAL_TENANT, artifact)).toEqual(ref);
    expect(await records.artifacts.get(newUuid(), artifact)).toBeUndefined();
  });

  test('200 zombies against the holder at the same moment: all are fenced, one commit stands', async () => {
    const { jobId } = await submit();
    const zombie = await claimFirst(jobId);
    await makeDue(jobId);
    await records.tasks.sweep();
    const holder = await claimFirst(jobId);
    expect(holder.attempt).toBe(2);
    const stale = Array.from({ length: 200 }, () => records.tasks.settle([completed(zombie)]));
    const [held, ...fenced] = await Promise.all([records.tasks.settle([completed(holder)]), ...stale]);
    expect(held.fenced).toEqual([]);
    expect(fenced.every((result) => result.fenced.includes(zombie.id))).toBe(true);
  });

  test('an operational failure is tried again after a while, until the attempts are used up', async () => {
    const { jobId } = await submit();
    const first = await claimFirst(jobId);
    expect((await records.tasks.settle([failed(first)])).waiting).toEqual([]);
    expect((await records.tasks.claim([first.id], worker)).tasks).toEqual([]);
    await makeDue(jobId);
    expect((await records.tasks.sweep()).waiting).toContain('toy.make@1');
    expect(await waitingIn(jobId)).toEqual(['first']);
    await records.tasks.settle([failed(await claimFirst(jobId))]);
    expect(await statesOf(jobId)).toEqual(['failed', 'cancelled']);
    expect(await records.jobs.get(LOCAL_TENANT, jobId)).toMatchObject({
      state: 'failed',
      error: { code: 'model.unavailable', path: 'first', message: 'It did not work.' },
    });
  });

  test('a fault of ours costs no attempt, until the outage budget is spent', async () => {
    const { jobId } = await submit();
    const outage = { code: 'store.unavailable' as const, outage: true };
    for (let i = 0; i < 5; i++) {
      await records.tasks.settle([failed(await claimFirst(jobId), outage)]);
      await makeDue(jobId);
    }
    expect(await statesOf(jobId)).toEqual(['ready', 'waiting']);
    await sql.query(`UPDATE task SET outage_since = now() - interval '1 hour' WHERE job_id = $1`, [jobId]);
    await records.tasks.settle([failed(await claimFirst(jobId), outage)]);
    await makeDue(jobId);
    await records.tasks.settle([failed(await claimFirst(jobId), outage)]);
    expect(await records.jobs.get(LOCAL_TENANT, jobId)).toMatchObject({
      error: { code: 'store.unavailable' },
    });
  });

  test("a user's fault is final at once, and the job says where", async () => {
    const { jobId } = await submit();
    await records.tasks.settle([failed(await claimFirst(jobId), { code: 'media.unreadable', retry: false })]);
    expect(await statesOf(jobId)).toEqual(['failed', 'cancelled']);
    const { rows } = await sql.query('SELECT type FROM event WHERE job_id = $1', [jobId]);
    expect(rows).toEqual([{ type: 'job.failed' }]);
  });

  test('a draining worker hands a task back, and it is ready at once', async () => {
    const { jobId } = await submit();
    const { id: taskId, token } = await claimFirst(jobId);
    const { waiting } = await records.tasks.settle([{ taskId, token, outcome: 'released' }]);
    expect(waiting).toEqual(['toy.make@1']);
    expect((await records.tasks.claim([taskId], worker)).tasks).toHaveLength(1);
  });

  test('an unknown task is fenced, its neighbours in the batch are not', async () => {
    const { jobId } = await submit();
    const task = await claimFirst(jobId);
    const stranger = { ...task, id: newUuid() };
    const { fenced } = await records.tasks.settle([completed(stranger), completed(task)]);
    expect(fenced).toEqual([stranger.id]);
    expect(await statesOf(jobId)).toEqual(['completed', 'ready']);
  });
});

describe('leases', () => {
  const info = { id: worker, pool: 'text', stages: ['toy.make@1'], slots: 2, engines: {} };

  test('a heartbeat gives back what is held, and not what was cancelled', async () => {
    const kept = await submit();
    const lost = await submit();
    const tasks = [await claimFirst(kept.jobId), await claimFirst(lost.jobId)];
    expect(await records.jobs.cancel(LOCAL_TENANT, lost.jobId)).toBe(true);
    expect(await records.jobs.cancel(LOCAL_TENANT, lost.jobId)).toBe(false);
    const leases = tasks.map(({ id, token }) => ({ taskId: id, token, progress: 0.5 }));
    expect((await records.tasks.heartbeat(info, leases)).held).toEqual([tasks[0]!.id]);
    expect((await records.jobs.tasks(kept.jobId, 1))[0]).toMatchObject({ progress: 0.5 });
    expect((await records.tasks.settle([completed(tasks[1]!)])).fenced).toEqual([tasks[1]!.id]);
    expect(await records.jobs.get(LOCAL_TENANT, lost.jobId)).toMatchObject({ state: 'cancelled' });
  });

  test('a lease that ends frees the task; the third time the input is taken for what kills', async () => {
    const { jobId } = await submit();
    for (let crash = 1; crash <= 3; crash++) {
      const task = await claimFirst(jobId);
      expect(task.crashes).toBe(crash - 1);
      // Held, and not begun, when its process ended: that is not held against it, but the first time.
      if (crash > 1) {
        await makeDue(jobId);
        await records.tasks.sweep();
        const again = await claimFirst(jobId);
        expect(again.crashes).toBe(crash - 1);
        expect(await records.tasks.begin(again.id, task.token)).toBe(false);
        expect(await records.tasks.begin(again.id, again.token)).toBe(true);
      }
      await makeDue(jobId);
      expect((await records.tasks.sweep({ leasesEndedBefore: null })).expired).toBe(0);
      expect((await records.tasks.sweep({ leasesEndedBefore: '2000-01-01' })).expired).toBe(0);
      expect((await records.tasks.sweep()).expired).toBeGreaterThan(0);
      expect(await waitingIn(jobId)).toEqual(crash < 3 ? [task.path] : []);
    }
    expect(await records.jobs.get(LOCAL_TENANT, jobId)).toMatchObject({
      state: 'failed',
      error: { code: 'stage.crashed', path: 'first' },
    });
  });

  test('a stage that no live worker serves is named, until one is seen', async () => {
    const { jobId } = await submit();
    await records.tasks.leave(worker);
    expect(await records.jobs.unserved(jobId)).toEqual(['toy.make@1']);
    await records.tasks.heartbeat(info, []);
    expect(await records.jobs.unserved(jobId)).toEqual([]);
  });
});

test('300 cancels against completions: one final state, one event each', async () => {
  const jobs = await Promise.all(Array.from({ length: 300 }, () => submit()));
  await Promise.all(
    jobs.map(async ({ jobId }) => {
      const task = await claimFirst(jobId);
      const taker = { workerId: worker, room: { 'toy.make@1': 1 } };
      const [claimed] = (await records.tasks.settle([completed(task)], taker)).claimed;
      await Promise.all([
        records.tasks.settle([completed(claimed!)]),
        records.jobs.cancel(LOCAL_TENANT, jobId),
      ]);
    }),
  );
  const { rows } = await sql.query<{ state: string; type: string; open: number }>(
    `SELECT j.state, string_agg(e.type, ',') AS type,
       (SELECT count(*)::int FROM task t WHERE t.job_id = j.id AND t.state IN ('waiting', 'ready', 'running')) AS open
     FROM job j LEFT JOIN event e ON e.job_id = j.id WHERE j.id = ANY ($1) GROUP BY j.id`,
    [jobs.map(({ jobId }) => jobId)],
  );
  expect(rows).toHaveLength(300);
  expect(rows.filter(({ state, type, open }) => type !== `job.${state}` || open > 0)).toEqual([]);
});

test('2,000 items are opened and collected in order', async () => {
  const wide = compile(
    {
      name: 'wide',
      version: 1,
      input: { list: { type: 'array' } },
      nodes: {
        all: {
          each: '$input.list',
          as: 'item',
          nodes: { made: { stage: 'toy.make@1', in: { a: '$item' } } },
          collect: { item: '$item', value: '$made.value' },
        },
      },
      output: { all: '$all' },
    },
    toyStages,
  );
  const list = Array.from({ length: 2_000 }, (_, i) => i);
  const job = {
    id: newUuid(),
    tenantId: LOCAL_TENANT,
    plan: wide,
    input: { list },
    params: {},
    metadata: {},
  };
  const { jobId } = await records.jobs.submit(job);
  const items = (await records.jobs.tasks(jobId, 3_000)).filter(({ stage }) => stage !== null);
  expect(items).toHaveLength(2_000);
  for (let i = 0; i < items.length; i += 500) {
    const { tasks: claimed } = await records.tasks.claim(
      items.slice(i, i + 500).map(({ id }) => id),
      worker,
    );
    await records.tasks.settle(claimed.map((task) => completed(task)));
  }
  const done = await records.jobs.get(LOCAL_TENANT, jobId);
  expect(done!.output).toEqual({ all: list.map((item) => ({ item, value: 7 })) });
});
