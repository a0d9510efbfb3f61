import { newUuid } from '@intermodal/contracts';
import {
  cancelJob,
  compile,
  given,
  readyPaths,
  retryJob,
  settleTask,
  startJob,
  type ClaimedTask,
  type Outcome,
  type ReferenceJob,
  type Settlement,
} from '@intermodal/pipeline';
import {
  createDatabase,
  randomOutcome,
  randomPipeline,
  toyPipelines,
  toyStages,
  type TestDatabase,
} from '@intermodal/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOCAL_TENANT, openRecords, type Records } from './index.ts';

let database: TestDatabase;
let records: Records;

beforeAll(async () => {
  database = await createDatabase();
  records = openRecords({ databaseUrl: database.url, connections: 4 });
  await records.migrate();
});
afterAll(async () => {
  await records.close();
  await database.drop();
});

const worker = newUuid();

function settlement(taskId: string, token: string, given: Outcome): Settlement {
  if (given.state === 'completed')
    return { taskId, token, outcome: 'completed', output: given.output, artifacts: [], engine: 'toy' };
  const error = { code: given.code, message: 'The file is damaged.' };
  return { taskId, token, outcome: 'failed', error, retry: false, outage: false };
}

async function sqlView(jobId: string) {
  const job = (await records.jobs.get(LOCAL_TENANT, jobId))!;
  const tasks = await records.jobs.tasks(jobId, 100_000);
  return { job, tasks, states: Object.fromEntries(tasks.map((task) => [task.path, task.state])) };
}

const referenceStates = (job: ReferenceJob) =>
  Object.fromEntries([...job.tasks].map(([path, task]) => [path, task.state]));

/** Why tasks failed or were skipped. A task that a condition skipped has no error: that is no warning. */
const errorsOf = (tasks: readonly { path: string; state: string; error: unknown }[]) =>
  Object.fromEntries(
    tasks
      .filter(({ state }) => state === 'failed' || state === 'skipped')
      .map(({ path, error }) => [path, codeOf(error)]),
  );
const codeOf = (error: unknown): unknown =>
  error !== null && typeof error === 'object' && 'code' in error ? error.code : error;

/**
 * Settles what is ready in any order until the job ends, in the reference and in SQL, and compares them after every step. Sometimes
 * somebody cancels it.
 */
async function playToEnd(reference: ReferenceJob, jobId: string, draw: () => number) {
  /** Claimed and not settled yet. */
  const held = new Map<string, ClaimedTask>();
  for (let ready = readyPaths(reference); ready.length > 0; ready = readyPaths(reference)) {
    if (draw() % 25 === 0) {
      cancelJob(reference);
      expect(await records.jobs.cancel(LOCAL_TENANT, jobId)).toBe(true);
      break;
    }
    const chosen = ready.filter(() => draw() % 2 === 0);
    if (chosen.length === 0) chosen.push(ready[draw() % ready.length]!);
    const { tasks } = await sqlView(jobId);
    const ids = new Map(tasks.map((task) => [task.path, task.id]));
    const known = chosen.filter((path) => held.has(path)).map((path) => held.get(path)!);
    const unknown = chosen.filter((path) => !held.has(path)).map((path) => ids.get(path)!);
    const claimed = [...known, ...(await records.tasks.claim(unknown, worker)).tasks];
    expect(claimed.map((task) => task.path).sort()).toEqual([...chosen].sort());
    const again = [...ids.values()].filter((id) => claimed.some((task) => task.id === id));
    expect(await records.tasks.claim(again, worker)).toEqual({ tasks: [], waiting: [] });
    for (const task of claimed) {
      expect({ input: task.input, params: task.params }).toEqual(given(reference, task.path));
      held.delete(task.path);
    }
    const settled = claimed.map((task) => ({ task, became: randomOutcome(draw) }));
    const zombies = settled.map(({ task, became }) => settlement(task.id, newUuid(), became));
    expect((await records.tasks.settle(zombies)).fenced).toHaveLength(zombies.length);
    const batch = settled.map(({ task, became }) => settlement(task.id, task.token, became));
    // Sometimes the worker takes what becomes ready with the settlement itself.
    const taker = draw() % 2 ? { workerId: worker, room: { 'toy.make@1': draw() % 4 } } : undefined;
    const result = await records.tasks.settle(batch, taker);
    expect(result.claimed.length).toBeLessThanOrEqual(taker?.room['toy.make@1'] ?? 0);
    for (const task of result.claimed) held.set(task.path, task);
    // In one statement completions go before failures; among themselves they keep their order.
    const order = settled.toSorted(
      (a, b) => Number(a.became.state === 'failed') - Number(b.became.state === 'failed'),
    );
    for (const { task, became } of order) settleTask(reference, task.path, became);
    const now = await sqlView(jobId);
    // The reference knows no claims.
    const unclaimed = Object.fromEntries(
      Object.entries(now.states).map(([path, state]) => [
        path,
        held.has(path) && state === 'running' ? 'ready' : state,
      ]),
    );
    expect(unclaimed).toEqual(referenceStates(reference));
    const newlyReady = readyPaths(reference).filter((path) => !ready.includes(path));
    // It may also name a stage whose tasks became ready and were cancelled at once, by a join that was decided.
    if (newlyReady.some((path) => !held.has(path))) expect(result.waiting).toEqual(['toy.make@1']);
    // The reply was lost and the worker tells it again: nothing changes.
    await records.tasks.settle(batch);
  }
  const { job, tasks, states } = await sqlView(jobId);
  expect(states).toEqual(referenceStates(reference));
  expect(job.state === 'queued' ? 'running' : job.state).toEqual(reference.state);
  expect(job.output).toEqual(reference.output);
  expect(job.error?.code ?? null).toBe(reference.error);
  expect(errorsOf(tasks)).toEqual(errorsOf([...reference.tasks.values()]));
  return states;
}

test('any graph, under any outcomes, orders, duplicates and zombies, ends as the reference executor says', async () => {
  /** What was met, so that a generator that makes only trivial graphs cannot pass. */
  const met = {
    completed: 0,
    failed: 0,
    cancelled: 0,
    retried: 0,
    kept: 0,
    skipped: 0,
    items: 0,
    nested: 0,
    tasks: 0,
  };
  await fc.assert(
    fc.asyncProperty(randomPipeline, fc.infiniteStream(fc.nat(1_000_000)), async (document, stream) => {
      const draw = (): number => stream.next().value as number;
      const plan = compile(document, toyStages, toyPipelines);
      const input = {
        x: draw() % 4 ? 1 : null,
        list: [
          { v: 1, list: [{ v: 2, list: [] }] },
          { v: 3, list: null },
        ],
      };
      const params = { q: 'q' };
      let reference = startJob(plan, input, params);
      const submission = { id: newUuid(), tenantId: LOCAL_TENANT, plan, input, params, metadata: {} };
      let { jobId } = await records.jobs.submit(submission);
      let states = await playToEnd(reference, jobId, draw);
      met[reference.state as 'completed' | 'failed' | 'cancelled'] += 1;
      for (const [path, state] of Object.entries(states)) {
        met.tasks += 1;
        if (state === 'skipped') met.skipped += 1;
        if (path.includes('[')) met.items += 1;
        if (path.split('[').length > 2) met.nested += 1;
      }
      for (let tries = 0; tries < 2 && reference.state !== 'completed'; tries++) {
        reference = retryJob(reference);
        const asked = { tenantId: LOCAL_TENANT, of: jobId, id: newUuid() };
        const retried = await records.jobs.retry(asked);
        expect(retried).toMatchObject({ id: asked.id, created: true });
        expect(await records.jobs.retry({ ...asked, id: newUuid() })).toMatchObject({
          id: asked.id,
          created: false,
        });
        jobId = asked.id;
        const begun = await sqlView(jobId);
        expect(begun.states).toEqual(referenceStates(reference));
        met.retried += 1;
        met.kept += begun.tasks.filter(({ kept }) => kept).length;
        states = await playToEnd(reference, jobId, draw);
      }
    }),
    { numRuns: 150, endOnFailure: true },
  );
  console.info('met', met);
  expect(Object.values(met).every((count) => count >= 5)).toBe(true);
}, 180_000);
