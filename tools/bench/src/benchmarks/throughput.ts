import type { PipelineSource } from '@intermodal/pipeline';
import type { BenchStack } from '../bench-stack.ts';
import type { Benchmark, BenchmarkContext } from '../benchmark.ts';
import { spreadOf, type Figure } from '../figure.ts';
import { cpuSeconds } from '../machine/cpu-time.ts';
import { createDatabase } from '../machine/database.ts';
import { interleave } from '../rounds.ts';
import { verifyBatch, verifyCommits } from '../verify-batch.ts';
import type { BullBackend } from '../yardsticks/bull-backend.ts';
import { runBullFlows, type FlowShape } from '../yardsticks/bull-flow.ts';

export interface Throughput {
  readonly name: string;
  readonly shown: string;
  readonly pipeline: PipelineSource | string;
  readonly tasksPerJob: number;
  readonly input: (job: number) => Record<string, unknown>;
  readonly output: (line: number) => Record<string, unknown>;
  readonly flow: FlowShape;
}

const CONCURRENCIES = [1, 10, 50, 100];

/** Tasks, of any job, in a full round; the yardstick in Postgres is slow and has fewer. */
const TASKS = { full: 30_000, quick: 900 };
const POSTGRES_TASKS = { full: 3_000, quick: 300 };

/** Durable tasks a second: everything is submitted, then a worker starts. Beside it BullMQ's own flows, likewise. */
export const throughput = (of: Throughput): Benchmark => ({
  name: of.name,
  async run(context) {
    await using stack = await context.startStack();
    const { trial } = stack;
    const size = context.quick ? 'quick' : 'full';
    const flowJobs = Object.values(of.flow.counts).reduce((sum, count) => sum + count, 0);
    const redis: BullBackend = { kind: 'redis', url: trial.redisUrl };
    const postgres: BullBackend = {
      kind: 'postgres',
      url: await createDatabase(trial.databaseUrl, 'bullmq'),
    };
    const flows = (backend: BullBackend, tasks: number) => (concurrency: number) =>
      runBullFlows({ shape: of.flow, flows: Math.ceil(tasks / flowJobs), concurrency, backend });
    const onRedis = flows(redis, TASKS[size]);
    const onPostgres = flows(postgres, POSTGRES_TASKS[size]);
    const best = {
      redis: await bestConcurrency(onRedis, context, "BullMQ's flows on Redis"),
      postgres: await bestConcurrency(onPostgres, context, "BullMQ's flows on Postgres"),
    };

    const jobs = Math.ceil(TASKS[size] / of.tasksPerJob);
    const cpu = new ProcessorTime(stack);
    const samples = await interleave(
      context.rounds,
      {
        ours: () => runOurs(stack, of, jobs, cpu),
        flows: async () => cpu.ofYardstick(await onRedis(best.redis)),
        'flows on Postgres': async () => (await onPostgres(best.postgres)).tasksPerSecond,
      },
      context.say,
    );
    await verifyCommits(stack.database, context.rounds * jobs * of.tasksPerJob);

    const shared = { benchmark: of.name, unit: 'tasks/s', ours: spreadOf(samples.ours) };
    return [
      {
        ...shared,
        name: `${of.shown}: beside BullMQ's flow on Redis, which is not durable`,
        yardstick: {
          name: `FlowProducer, concurrency ${best.redis}`,
          value: spreadOf(samples.flows),
        },
        target: { atLeast: 1 },
        details: cpu.per1000Tasks(),
      },
      {
        ...shared,
        name: `${of.shown}: beside BullMQ's flow on Postgres, as durable`,
        yardstick: {
          name: `FlowProducer on Postgres, concurrency ${best.postgres}`,
          value: spreadOf(samples['flows on Postgres']),
        },
        target: { atLeast: 5 },
      },
    ] satisfies Figure[];
  },
});

async function bestConcurrency(
  run: (concurrency: number) => Promise<{ tasksPerSecond: number }>,
  { say }: BenchmarkContext,
  what: string,
): Promise<number> {
  const seen: { concurrency: number; rate: number }[] = [];
  for (const concurrency of CONCURRENCIES)
    seen.push({ concurrency, rate: Math.round((await run(concurrency)).tasksPerSecond) });
  say(`${what}: ${seen.map(({ concurrency, rate }) => `${rate}/s at ${concurrency}`).join(', ')}`);
  return seen.reduce((best, one) => (one.rate > best.rate ? one : best)).concurrency;
}

async function runOurs(stack: BenchStack, of: Throughput, jobs: number, cpu: ProcessorTime): Promise<number> {
  const inputs = Array.from({ length: jobs }, (_, i) => of.input(i + 1));
  const batchId = await stack.submit(stack.plan(of.pipeline), inputs);
  const started = cpu.start();
  const worker = await stack.trial.addWorker();
  const stop = started(worker.pid!);
  const tasks = jobs * of.tasksPerJob;
  const seconds = await stack.ended(batchId);
  stop(tasks);
  await worker.stop();
  await verifyBatch(stack.database, { batchId, jobs, outputOf: of.output });
  return tasks / seconds;
}

/** Of the servers and the workers, while tasks ran; a worker counts from when it serves. */
class ProcessorTime {
  readonly #stack: BenchStack;
  readonly #spent = { tasks: 0, postgres: 0, redis: 0, worker: 0 };
  readonly #yardstick = { tasks: 0, worker: 0 };

  constructor(stack: BenchStack) {
    this.#stack = stack;
  }

  start(): (workerPid: number) => (tasks: number) => void {
    const { postgres, redis } = this.#stack.trial;
    const before = { postgres: cpuSeconds(postgres.pid), redis: cpuSeconds(redis.pid) };
    return (workerPid) => {
      const beforeWorker = cpuSeconds(workerPid);
      return (tasks) => {
        this.#spent.tasks += tasks;
        this.#spent.postgres += cpuSeconds(postgres.pid) - before.postgres;
        this.#spent.redis += cpuSeconds(redis.pid) - before.redis;
        this.#spent.worker += cpuSeconds(workerPid) - beforeWorker;
      };
    };
  }

  ofYardstick(run: { tasksPerSecond: number; tasks: number; workerCpuSeconds: number }): number {
    this.#yardstick.tasks += run.tasks;
    this.#yardstick.worker += run.workerCpuSeconds;
    return run.tasksPerSecond;
  }

  per1000Tasks(): Record<string, number> {
    const per = (seconds: number, tasks: number): number =>
      Number(((seconds * 1_000) / tasks).toPrecision(3));
    const { tasks, postgres, redis, worker } = this.#spent;
    return {
      'CPU s/1,000 tasks: Postgres': per(postgres, tasks),
      Redis: per(redis, tasks),
      worker: per(worker, tasks),
      "BullMQ's worker": per(this.#yardstick.worker, this.#yardstick.tasks),
    };
  }
}
