import pMap from 'p-map';
import type { BenchStack } from '../bench-stack.ts';
import type { Benchmark, BenchmarkContext } from '../benchmark.ts';
import { spreadOf, type Figure } from '../figure.ts';
import { cpuSeconds } from '../machine/cpu-time.ts';
import { Meter } from '../machine/meter.ts';
import { verifyBatch } from '../verify-batch.ts';
import { inputsOf, ONE_STEP, outputOf } from './one-step.ts';

/** Requests under way at a time. */
const CLIENTS = 16;
const CHAIN = { pipeline: 'trial-chain', tasks: 3 } as const;
/** Long enough that no two tasks of a worker end in one moment, but by chance. */
const TASK_MS = 500;

/** What a job costs each part, in processor time and log: what the capacity model reckons with. */
export const price: Benchmark = {
  name: 'price',
  async run(context) {
    const jobs = context.quick ? 200 : 2_000;
    await using posts = await context.startStack();
    const posted = await overRounds(context, () => postOneByOne(posts, jobs));
    await using few = await context.startStack({ environment: { INTERMODAL_SLOTS: '8' } });
    const alone = await overRounds(context, () => settleAlone(few, context.quick ? 20 : 200));
    const figure = (name: string, seen: readonly Price[]): Figure => ({
      ...{ benchmark: 'price', name, unit: 'µs of Postgres' },
      ours: spreadOf(seen.map(({ postgresUs }) => postgresUs)),
      details: Object.fromEntries(
        Object.keys(seen[0]!.others).map((part) => [
          part,
          Number(spreadOf(seen.map(({ others }) => others[part]!)).median.toPrecision(3)),
        ]),
      ),
    });
    return [
      figure('a job of one task, posted alone', posted),
      figure('a task that is claimed and settled alone', alone),
    ];
  },
};

interface Price {
  readonly postgresUs: number;
  readonly others: Readonly<Record<string, number>>;
}

/** No worker runs. */
async function postOneByOne(stack: BenchStack, jobs: number): Promise<Price> {
  const { trial, database } = stack;
  const [client, api] = [trial.clients[0]!, trial.apis[0]!.pid!];
  const before = { api: cpuSeconds(api), redis: cpuSeconds(trial.redis.pid) };
  const meter = await Meter.start(trial.postgres.pid, database);
  const begun = performance.now();
  await pMap(inputsOf(jobs), (input) => client.jobs.submit({ pipeline: ONE_STEP, input }), {
    concurrency: CLIENTS,
  });
  const seconds = (performance.now() - begun) / 1_000;
  return {
    ...priceOf(await meter.perTask(jobs), {
      'API CPU µs': ((cpuSeconds(api) - before.api) * 1e6) / jobs,
      'Redis CPU µs': ((cpuSeconds(trial.redis.pid) - before.redis) * 1e6) / jobs,
      'jobs a second': jobs / seconds,
    }),
  };
}

/** Two workers, whose tasks end one at a time. */
async function settleAlone(stack: BenchStack, jobs: number): Promise<Price> {
  const { trial, database } = stack;
  const inputs = inputsOf(jobs);
  const plan = stack.plan(CHAIN.pipeline);
  const workers = await Promise.all([trial.addWorker(), trial.addWorker()]);
  const pids = workers.map(({ pid }) => pid!);
  const used = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = { workers: used(), redis: cpuSeconds(trial.redis.pid) };
  const meter = await Meter.start(trial.postgres.pid, database);
  const batchId = await stack.submit(plan, inputs, undefined, { ms: TASK_MS });
  await stack.ended(batchId);
  const tasks = jobs * CHAIN.tasks;
  const [{ open }] = (await database.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM pg_stat_activity WHERE application_name LIKE 'intermodal trial worker'`,
  )) as [{ open: number }];
  const price = priceOf(await meter.perTask(tasks), {
    'connections of a worker': open / workers.length,
    'worker CPU µs': ((used() - before.workers) * 1e6) / tasks,
    'Redis CPU µs': ((cpuSeconds(trial.redis.pid) - before.redis) * 1e6) / tasks,
  });
  await Promise.all(workers.map((worker) => worker.stop()));
  await verifyBatch(database, { batchId, jobs, outputOf });
  return price;
}

function priceOf(postgres: Record<string, number>, others: Record<string, number>): Price {
  const { 'Postgres CPU µs/task': postgresUs, 'WAL bytes/task': log } = postgres;
  return { postgresUs: postgresUs!, others: { ...others, 'WAL bytes': log! } };
}

async function overRounds(
  { rounds, say }: BenchmarkContext,
  measure: () => Promise<Price>,
): Promise<Price[]> {
  const seen: Price[] = [];
  for (let i = 0; i < rounds; i++) {
    seen.push(await measure());
    say(JSON.stringify(seen.at(-1)));
  }
  return seen;
}
