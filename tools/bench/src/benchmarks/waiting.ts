import type { BenchStack } from '../bench-stack.ts';
import type { Benchmark } from '../benchmark.ts';
import { spreadOf, type Figure } from '../figure.ts';
import { Servers, type ServerSizes } from '../machine/servers.ts';
import { besideEachOther, countJobs, fill } from '../work-off.ts';
import { openBullQueue } from '../yardsticks/bull-backend.ts';
import { inputsOf } from './one-step.ts';

const STEADY_MS = 1_000;
const SIZES = {
  full: { few: 1_000, levels: [10_000, 100_000, 1_000_000], worked: 10_000, raw: 10_000 },
  quick: { few: 1_000, levels: [5_000], worked: 500, raw: 1_000 },
};

/**
 * What so many waiting tasks cost, and whether the work in front of them becomes slower: on one stack ever more of them wait,
 * on another always a few, and they take turns. All came by the real submit path.
 */
export const waiting: Benchmark = {
  name: 'waiting',
  async run({ startStack, quick, rounds, say }) {
    const { few, levels, worked, raw } = SIZES[quick ? 'quick' : 'full'];
    await using shallow = await startStack();
    await using deep = await startStack();
    using gauge = await Gauge.open(deep);
    const rawJob = { name: 'a raw BullMQ job', value: spreadOf([await gauge.rawBytesPerJob(raw)]) };
    const figures: Figure[] = [];
    for (const level of levels) {
      await fill(deep, level);
      const bytes = await gauge.bytesPerTask(level);
      say(`${level} tasks wait: ${JSON.stringify(bytes)} bytes each`);
      const ours = { name: `${level} waiting`, stack: deep, waiting: level };
      const yardstick = { name: `with ${few} waiting`, stack: shallow, waiting: few };
      const { speed, cost } = await besideEachOther({ ours, yardstick }, { worked, rounds, say });
      const shared = { benchmark: 'waiting', at: { what: 'waiting tasks', value: level } };
      const name = `${worked} tasks with ${level} waiting behind them`;
      figures.push(
        { ...shared, name, ...speed, details: { 'Postgres bytes per waiting task': bytes.postgres } },
        { ...shared, name, ...cost },
      );
      figures.push({
        benchmark: 'waiting',
        name: `Redis memory of a waiting task, at ${level}`,
        unit: 'bytes',
        ours: spreadOf([bytes.redis]),
        yardstick: rawJob,
      });
    }
    return figures;
  },
};

/** Memory of Redis and files of Postgres, above what they had at first. */
class Gauge implements Disposable {
  readonly #stack: BenchStack;
  readonly #servers: Servers;
  #before: ServerSizes = { redis: 0, postgres: 0 };

  static async open(stack: BenchStack): Promise<Gauge> {
    const gauge = new Gauge(stack, new Servers(stack));
    gauge.#before = await gauge.#servers.sizes();
    return gauge;
  }

  private constructor(stack: BenchStack, servers: Servers) {
    this.#stack = stack;
    this.#servers = servers;
  }

  /** Files of Postgres hold what was worked off before, too. */
  async bytesPerTask(tasks: number): Promise<ServerSizes> {
    const now = await this.#steadySizes();
    const { jobs } = await countJobs(this.#stack, 'completed');
    return {
      redis: Math.round((now.redis - this.#before.redis) / tasks),
      postgres: Math.round((now.postgres - this.#before.postgres) / (tasks + jobs)),
    };
  }

  async rawBytesPerJob(jobs: number): Promise<number> {
    const queue = openBullQueue('raw', { kind: 'redis', url: this.#stack.trial.redisUrl });
    try {
      const before = (await this.#servers.sizes()).redis;
      await queue.addBulk(inputsOf(jobs).map((data) => ({ name: 'task', data })));
      const bytes = Math.round(((await this.#servers.sizes()).redis - before) / jobs);
      await queue.obliterate({ force: true });
      return bytes;
    } finally {
      await queue.close();
    }
  }

  /** What was submitted goes on arriving in Redis for a while. */
  async #steadySizes(): Promise<ServerSizes> {
    for (let last = await this.#servers.sizes(); ;) {
      await new Promise((resolve) => setTimeout(resolve, STEADY_MS));
      const now = await this.#servers.sizes();
      if (Math.abs(now.redis - last.redis) <= last.redis / 1_000) return now;
      last = now;
    }
  }

  [Symbol.dispose](): void {
    this.#servers[Symbol.dispose]();
  }
}
