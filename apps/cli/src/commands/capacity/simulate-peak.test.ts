import { describe, expect, test } from 'vitest';
import { peakOf, shapeOfDay } from './day.ts';
import { EventQueue } from './event-queue.ts';
import type { Load } from './plan-capacity.ts';
import { simulatePeak, type SimulationOptions } from './simulate-peak.ts';

const stage = {
  pool: 'a',
  tasksPerJob: 1,
  meanSeconds: 1,
  deviationSeconds: 0,
  filesRead: 0,
  filesWritten: 0,
};
const load = (jobsPerHour: number, levels = 1, change: Partial<typeof stage> = {}): Load => ({
  jobsPerHour,
  profile: {
    ...{ pipeline: 'p@1', jobs: 1, fileBytesPerJob: 0 },
    steps: Array.from({ length: levels }, (_, level) => ({
      ...{ stage: `a.s${level}@1`, level },
      ...{ ...stage, ...change },
    })),
  },
});
const fixed = (workers: number) => ({
  ...{ targetSeconds: 1, minWorkers: workers, maxWorkers: workers },
  ...{ startSeconds: 0, calmSeconds: 0 },
});
const options = (change: Partial<SimulationOptions>): SimulationOptions => ({
  ...{ slots: 1, peak: 1, scaling: fixed(1), pollSeconds: 15, seed: 7, tasksMax: 1e9 },
  ...change,
});

describe('a day', () => {
  test.each([1, 2, 3, 8])('has a busiest hour of %d times the mean', (peak) => {
    const day = shapeOfDay(peak);
    expect(day.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1);
    expect(peakOf(day)).toBeCloseTo(peak, 3);
  });
});

test('events come by time, and those of one moment in their order', () => {
  const queue = new EventQueue<string>();
  for (const [at, event] of [
    [3, 'd'],
    [1, 'a'],
    [2, 'b'],
    [2, 'c'],
    [9, 'e'],
  ] as const)
    queue.push(at, event);
  const out = [];
  for (let next = queue.pop(); next; next = queue.pop()) out.push(next.event);
  expect(out.join('')).toBe('abcde');
});

describe('the simulation', () => {
  test('waits as long as the theory of queues says for one slot and tasks of one length (M/D/1)', () => {
    // Pollaczek and Khinchine: the mean wait is u / (2 (1 - u)); half of the tasks wait less than that.
    const { pools, jobs } = simulatePeak([load(0.8 * 3_600)], options({}));
    expect(jobs).toBeGreaterThan(8_000);
    expect(pools[0]!.p50).toBeGreaterThan(0.8);
    expect(pools[0]!.p50).toBeLessThan(2);
    expect(pools[0]!.p95).toBeGreaterThan(4);
    expect(pools[0]!.p95).toBeLessThan(10);
  });

  test('does not let anybody wait where there is room, and adds up what comes one after the other', () => {
    const { pools, pipelines } = simulatePeak([load(3_600, 3)], options({ scaling: fixed(50) }));
    expect(pools[0]).toMatchObject({ p95: 0, mostWorkers: 50, meanWorkers: expect.closeTo(50, 0) });
    expect(pipelines[0]).toMatchObject({ p50: expect.closeTo(3), p95: expect.closeTo(3) });
  });

  test('grows with the load and shrinks after it, and everything ends', () => {
    const scaling = { ...fixed(1), targetSeconds: 10, maxWorkers: 1_000, startSeconds: 30, calmSeconds: 60 };
    const busy = simulatePeak([load(36_000)], options({ scaling, peak: 6 }));
    const calm = simulatePeak([load(3_600)], options({ scaling, peak: 6 }));
    expect(busy.pools[0]!.mostWorkers).toBeGreaterThan(5);
    expect(busy.pools[0]!.meanWorkers).toBeLessThan(busy.pools[0]!.mostWorkers);
    expect(calm.pools[0]!.mostWorkers).toBeLessThan(busy.pools[0]!.mostWorkers);
  });

  test('is the same for the same seed, and of a large load takes a part', () => {
    const large = [load(100_000)];
    const parts = options({ scaling: fixed(100), tasksMax: 20_000 });
    const seen = simulatePeak(large, parts);
    expect(seen).toEqual(simulatePeak(large, parts));
    expect(seen).not.toEqual(simulatePeak(large, { ...parts, seed: 8 }));
    expect(seen.share).toBeLessThan(0.1);
    expect(seen.jobs).toBeGreaterThan(19_000);
    expect(seen.jobs).toBeLessThan(21_000);
  });
});
