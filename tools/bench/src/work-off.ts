import type { BenchStack } from './bench-stack.ts';
import { ONE_STEP, inputsOf } from './benchmarks/one-step.ts';
import { spreadOf, type Figure } from './figure.ts';
import { cpuSeconds } from './machine/cpu-time.ts';
import { interleave } from './rounds.ts';
import { verifyEchoes } from './verify-batch.ts';

const ROWS_PER_BATCH = 10_000;

/** Submits jobs of one task until so many wait. */
export async function fill(stack: BenchStack, level: number): Promise<void> {
  const plan = stack.plan(ONE_STEP);
  for (let missing = level - (await countJobs(stack, 'queued')).jobs; missing > 0; missing -= ROWS_PER_BATCH)
    await stack.submit(plan, inputsOf(Math.min(missing, ROWS_PER_BATCH)));
}

/** One of two stacks that differ by what is in their tables. */
export interface Side {
  readonly name: string;
  readonly stack: BenchStack;
  /** Jobs that are left waiting. */
  readonly waiting: number;
}

/**
 * The same work on both, in turn: how fast it goes, and what it costs Postgres, which says the same on a machine that has
 * other things to do.
 */
export async function besideEachOther(
  sides: { readonly ours: Side; readonly yardstick: Side },
  options: { worked: number; rounds: number; say: (text: string) => void },
): Promise<Record<'speed' | 'cost', Pick<Figure, 'unit' | 'ours' | 'yardstick' | 'target'>>> {
  const cost: Record<keyof typeof sides, number[]> = { ours: [], yardstick: [] };
  const turn = (which: keyof typeof sides) => async (): Promise<number> => {
    const { stack, waiting } = sides[which];
    await fill(stack, waiting + options.worked);
    const { tasksPerSecond, postgresUs } = await workOff(stack, options.worked);
    cost[which].push(postgresUs);
    return tasksPerSecond;
  };
  const speed = await interleave(
    options.rounds,
    { yardstick: turn('yardstick'), ours: turn('ours') },
    options.say,
  );
  const { name } = sides.yardstick;
  const pair = (samples: Record<keyof typeof sides, number[]>) => ({
    ours: spreadOf(samples.ours),
    yardstick: { name: `${name}, in turn`, value: spreadOf(samples.yardstick) },
  });
  return {
    speed: { unit: 'tasks/s', ...pair(speed), target: { atLeast: 0.9 } },
    cost: { unit: 'µs of Postgres a task', ...pair(cost), target: { atMost: 1.1 } },
  };
}

/** A worker runs until it has ended about so many. Tasks a second are from the first that it started to the last that it ended. */
export async function workOff(
  stack: BenchStack,
  tasks: number,
): Promise<{ tasksPerSecond: number; postgresUs: number }> {
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
  const { pid } = stack.trial.postgres;
  const before = cpuSeconds(pid);
  const worker = await stack.trial.addWorker();
  await enough.promise;
  await worker.stop();
  const spent = cpuSeconds(pid) - before;
  await listener.close();
  const { jobs, seconds } = await countJobs(stack, 'completed', now);
  await verifyEchoes(stack.database);
  if (jobs < tasks) throw new Error(`${tasks} tasks were to complete: ${jobs}.`);
  return { tasksPerSecond: jobs / seconds, postgresUs: (spent * 1e6) / jobs };
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
