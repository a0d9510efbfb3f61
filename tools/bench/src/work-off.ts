import type { BenchStack } from './bench-stack.ts';
import { ONE_STEP, inputsOf } from './benchmarks/one-step.ts';
import { verifyEchoes } from './verify-batch.ts';

const ROWS_PER_BATCH = 10_000;

/** Submits jobs of one task until so many wait. */
export async function fill(stack: BenchStack, level: number): Promise<void> {
  const plan = stack.plan(ONE_STEP);
  for (let missing = level - (await countJobs(stack, 'queued')).jobs; missing > 0; missing -= ROWS_PER_BATCH)
    await stack.submit(plan, inputsOf(Math.min(missing, ROWS_PER_BATCH)));
}

/** A worker runs until it has ended about so many: tasks a second, from the first that it started to the last that it ended. */
export async function workOff(stack: BenchStack, tasks: number): Promise<number> {
  const [{ now }] = (await stack.database.query<{ now: Date }>('SELECT clock_timestamp() AS now')) as [
    { now: Date },
  ];
  // What is announced may be lost: it says when to stop, and the records say what was done.
  const enough = Promise.withResolvers<void>();
  let announced = 0;
  const listener = await stack.queue.listen(() => {
    announced += 1;
    if (announced === tasks) enough.resolve();
  });
  const worker = await stack.trial.addWorker();
  await enough.promise;
  await worker.stop();
  await listener.close();
  const { jobs, seconds } = await countJobs(stack, 'completed', now);
  await verifyEchoes(stack.database);
  if (jobs < tasks) throw new Error(`${tasks} tasks were to complete: ${jobs}.`);
  return jobs / seconds;
}

export async function countJobs(
  { database }: BenchStack,
  state: string,
  since = new Date(0),
): Promise<{ jobs: number; seconds: number }> {
  const [row] = await database.query<{ jobs: number; seconds: number }>(
    `SELECT count(*)::int AS jobs, extract(epoch FROM max(finished_at) - min(started_at))::float8 AS seconds
     FROM job WHERE state = $1 AND coalesce(started_at, now()) >= $2`,
    [state, since],
  );
  return row!;
}
