import { Redis } from 'ioredis';
import type { BenchStack } from '../bench-stack.ts';
import type { Benchmark, BenchmarkContext } from '../benchmark.ts';
import { spreadOf, type Figure, type Spread } from '../figure.ts';
import { openBullQueue } from '../yardsticks/bull-backend.ts';
import { verifyEchoes } from '../verify-batch.ts';
import { inputsOf, ONE_STEP } from './one-step.ts';

const ROWS_PER_BATCH = 10_000;
const STEADY_MS = 1_000;

/** What so many waiting tasks cost, and whether the work in front of them becomes slower. All came by the real submit path. */
export const waiting: Benchmark = {
  name: 'waiting',
  async run(context) {
    const { quick, say } = context;
    await using stack = await context.startStack();
    const levels = quick ? [1_000, 5_000] : [1_000, 10_000, 100_000, 1_000_000];
    const worked = quick ? 500 : 20_000;
    using gauge = await Gauge.open(stack);
    const rawBytes = await gauge.rawBytesPerJob(quick ? 1_000 : 10_000);
    const figures: Figure[] = [];
    let first: Spread | undefined;
    for (const level of levels) {
      await fill(stack, level);
      const bytes = await gauge.bytesPerTask(level);
      say(`${level} tasks wait: ${JSON.stringify(bytes)} bytes each`);
      const samples: number[] = [];
      for (let round = 1; round <= rounds(context); round++) {
        await fill(stack, level + worked);
        samples.push(await workOff(stack, worked));
        say(`  ${Math.round(samples.at(-1)!)} tasks/s`);
      }
      const ours = spreadOf(samples);
      const at = { what: 'waiting tasks', value: level };
      first ??= ours;
      figures.push({
        ...{
          benchmark: 'waiting',
          name: `${worked} tasks with ${level} waiting behind them`,
          unit: 'tasks/s',
        },
        ...{ at, ours, yardstick: { name: `with ${levels[0]} waiting`, value: first } },
        target: { atLeast: 0.9 },
        details: { 'Postgres bytes per waiting task': bytes.postgres },
      });
      figures.push({
        benchmark: 'waiting',
        name: `Redis memory of a waiting task, at ${level}`,
        unit: 'bytes',
        ours: spreadOf([bytes.redis]),
        yardstick: { name: 'a raw BullMQ job', value: spreadOf([rawBytes]) },
      });
    }
    return figures;
  },
};

const rounds = ({ quick }: BenchmarkContext): number => (quick ? 1 : 3);

/** Submits until so many wait. */
async function fill(stack: BenchStack, level: number): Promise<void> {
  const plan = stack.plan(ONE_STEP);
  for (let missing = level - (await count(stack, 'queued')).jobs; missing > 0; missing -= ROWS_PER_BATCH)
    await stack.submit(plan, inputsOf(Math.min(missing, ROWS_PER_BATCH)));
}

/** A worker runs until it has ended about so many: tasks a second, from the first that it started to the last that it ended. */
async function workOff(stack: BenchStack, tasks: number): Promise<number> {
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
  const { jobs, seconds } = await count(stack, 'completed', now);
  await verifyEchoes(stack.database);
  if (jobs < tasks) throw new Error(`${tasks} tasks were to complete: ${jobs}.`);
  return jobs / seconds;
}

async function count(
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

/** Memory of Redis and files of Postgres, above what they had at first. */
class Gauge implements Disposable {
  readonly #stack: BenchStack;
  readonly #redis: Redis;
  #before = { redis: 0, postgres: 0 };

  static async open(stack: BenchStack): Promise<Gauge> {
    const gauge = new Gauge(stack, new Redis(stack.trial.redisUrl));
    gauge.#before = await gauge.#sizes();
    return gauge;
  }

  private constructor(stack: BenchStack, redis: Redis) {
    this.#stack = stack;
    this.#redis = redis;
  }

  /** Files of Postgres hold what was worked off before, too. */
  async bytesPerTask(tasks: number): Promise<{ redis: number; postgres: number }> {
    const now = await this.#steadySizes();
    const { jobs } = await count(this.#stack, 'completed');
    return {
      redis: Math.round((now.redis - this.#before.redis) / tasks),
      postgres: Math.round((now.postgres - this.#before.postgres) / (tasks + jobs)),
    };
  }

  async rawBytesPerJob(jobs: number): Promise<number> {
    const queue = openBullQueue('raw', { kind: 'redis', url: this.#stack.trial.redisUrl });
    try {
      const before = (await this.#sizes()).redis;
      await queue.addBulk(inputsOf(jobs).map((data) => ({ name: 'task', data })));
      const bytes = Math.round(((await this.#sizes()).redis - before) / jobs);
      await queue.obliterate({ force: true });
      return bytes;
    } finally {
      await queue.close();
    }
  }

  /** What was submitted goes on arriving in Redis for a while. */
  async #steadySizes(): Promise<{ redis: number; postgres: number }> {
    for (let last = await this.#sizes(); ;) {
      await new Promise((resolve) => setTimeout(resolve, STEADY_MS));
      const now = await this.#sizes();
      if (Math.abs(now.redis - last.redis) <= last.redis / 1_000) return now;
      last = now;
    }
  }

  async #sizes(): Promise<{ redis: number; postgres: number }> {
    const used = /used_memory:(\d+)/.exec(await this.#redis.info('memory'))?.[1];
    const [row] = await this.#stack.database.query<{ bytes: string }>(
      'SELECT pg_database_size(current_database())::text AS bytes',
    );
    if (used === undefined || !row) throw new Error('The sizes could not be read.');
    return { redis: Number(used), postgres: Number(row.bytes) };
  }

  [Symbol.dispose](): void {
    this.#redis.disconnect();
  }
}
