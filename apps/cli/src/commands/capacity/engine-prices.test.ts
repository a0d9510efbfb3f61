import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ENGINE_PRICES } from './engine-prices.ts';

const MEASURED = new URL('../../../../../docs/measured/engine.json', import.meta.url);

test('the prices are those of the last benchmark, rounded', () => {
  const { results } = JSON.parse(readFileSync(MEASURED, 'utf8')) as {
    results: {
      benchmark: string;
      figures: { ours: { median: number }; details?: Record<string, number> }[];
    }[];
  };
  const of = (benchmark: string, i: number) =>
    results.find((result) => result.benchmark === benchmark)!.figures[i]!;
  const [posted, alone, many] = [of('price', 0), of('price', 1), of('chain', 0)];
  const { postgresUs, apiUs, redisUs, log, kept, connections } = ENGINE_PRICES;
  // What a process computes is told in ticks of 10 ms: of 2,000 jobs, one is 5 µs of each.
  const near = (price: number, measured: number, tick = 0): void =>
    expect(Math.abs(price - measured)).toBeLessThanOrEqual(0.15 * measured + tick);
  near(postgresUs.job, posted.ours.median);
  near(apiUs.job, posted.details!['API CPU µs']!);
  near(redisUs.job, posted.details!['Redis CPU µs']!, 5);
  near(log.job, posted.details!['WAL bytes']!);
  near(postgresUs.taskAlone, alone.ours.median);
  near(redisUs.task, alone.details!['Redis CPU µs']!);
  near(log.task, alone.details!['WAL bytes']!);
  near(connections.worker, alone.details!['connections of a worker']!);
  near(postgresUs.taskOfMany, many.details!['CPU s/1,000 tasks: Postgres']! * 1_000);
  near(kept.task, of('history', 0).details!['Postgres bytes per finished job']!);
});
