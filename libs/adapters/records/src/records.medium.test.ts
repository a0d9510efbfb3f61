import { newUuid } from '@intermodal/contracts';
import {
  compile,
  readyPaths,
  settleTask,
  startJob,
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

test('any graph, under any outcomes, orders, duplicates and zombies, ends as the reference executor says', async () => {
  /** What was met, so that a generator that makes only trivial graphs cannot pass. */
  const met = { completed: 0, failed: 0, skipped: 0, items: 0, nested: 0, tasks: 0 };
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
      const reference = startJob(plan, input, params);
      const { jobId } = await records.jobs.submit({
        id: newUuid(),
        tenantId: LOCAL_TENANT,
        plan,
        input,
        params,
        metadata: {},
      });
      for (let ready = readyPaths(reference); ready.length > 0; ready = readyPaths(reference)) {
        const chosen = ready.filter(() => draw() % 2 === 0);
        if (chosen.length === 0) chosen.push(ready[draw() % ready.length]!);
        const { tasks } = await sqlView(jobId);
        const ids = new Map(tasks.map((task) => [task.path, task.id]));
        const claimed = await records.tasks.claim(
          chosen.map((path) => ids.get(path)!),
          worker,
        );
        expect(claimed.map((task) => task.path).sort()).toEqual([...chosen].sort());
        expect(
          await records.tasks.claim(
            chosen.map((path) => ids.get(path)!),
            worker,
          ),
        ).toEqual([]);
        const settled = claimed.map((task) => ({ task, given: randomOutcome(draw) }));
        const zombies = settled.map(({ task, given }) => settlement(task.id, newUuid(), given));
        expect((await records.tasks.settle(zombies)).fenced).toHaveLength(zombies.length);
        const batch = settled.map(({ task, given }) => settlement(task.id, task.token, given));
        const result = await records.tasks.settle(batch);
        for (const { task, given } of settled) settleTask(reference, task.path, given);
        const now = await sqlView(jobId);
        expect(now.states).toEqual(referenceStates(reference));
        const newlyReady = new Set(readyPaths(reference).filter((path) => !ready.includes(path)));
        const byId = new Map(now.tasks.map((task) => [task.id, task.path]));
        expect(new Set(result.ready.map(({ taskId }) => byId.get(taskId)))).toEqual(newlyReady);
        // The reply was lost and the worker tells it again: nothing changes.
        await records.tasks.settle(batch);
      }
      const { job, tasks, states } = await sqlView(jobId);
      expect(states).toEqual(referenceStates(reference));
      expect(job.state === 'queued' ? 'running' : job.state).toEqual(reference.state);
      expect(job.output).toEqual(reference.output);
      expect(job.error?.code ?? null).toBe(reference.error);
      expect(errorsOf(tasks)).toEqual(errorsOf([...reference.tasks.values()]));
      met[reference.state as 'completed' | 'failed'] += 1;
      for (const [path, state] of Object.entries(states)) {
        met.tasks += 1;
        if (state === 'skipped') met.skipped += 1;
        if (path.includes('[')) met.items += 1;
        if (path.split('[').length > 2) met.nested += 1;
      }
    }),
    { numRuns: 150, endOnFailure: true },
  );
  console.info('met', met);
  expect(Object.values(met).every((count) => count >= 5)).toBe(true);
}, 60_000);
