import { expect, test } from 'vitest';
import { ENGINE_PRICES } from './engine-prices.ts';
import { planCapacity, type Assumptions } from './plan-capacity.ts';
import type { Profile } from './profile.ts';

const step = { level: 0, deviationSeconds: 0, filesRead: 1, filesWritten: 2 };
const profile: Profile = {
  ...{ pipeline: 'p@1', jobs: 3, fileBytesPerJob: 1e6 },
  steps: [
    { ...step, stage: 'vision.a@1', pool: 'vision', tasksPerJob: 10, meanSeconds: 2 },
    { ...step, stage: 'text.b@1', pool: 'text', level: 1, tasksPerJob: 1, meanSeconds: 0.01 },
  ],
};
const assume: Assumptions = {
  ...{ slots: 4, utilisation: 0.5, peak: 2, keepDays: 10 },
  ...{ postgresCores: 4, postgresConnections: 100, workerConnections: 3 },
};
const plan = (jobsPerHour: number, change: Partial<Assumptions> = {}) =>
  planCapacity([{ profile, jobsPerHour }], { ...assume, ...change });

test('slots by Little: tasks that come in a second times the seconds of one', () => {
  const { pools, tasksPerSecond } = plan(3_600);
  expect(tasksPerSecond).toBe(11);
  expect(pools).toEqual([
    { pool: 'text', tasksPerSecond: 1, busySlots: 0.01, workers: 1 },
    { pool: 'vision', tasksPerSecond: 10, busySlots: 20, workers: 10 },
  ]);
});

test('what long tasks and short ones, files and days cost', () => {
  const { postgres, store, apis } = plan(3_600);
  const { postgresUs, kept, connections } = ENGINE_PRICES;
  expect(postgres.cores).toBeCloseTo(
    (postgresUs.job + 10 * postgresUs.taskAlone + postgresUs.taskOfMany) / 1e6,
  );
  expect(postgres.connections).toBe(11 * 3 + 2 * connections.api);
  // Half as much on average as in the busiest hour.
  expect(postgres.keptGigabytes).toBeCloseTo((11 * 86_400 * 10 * kept.task) / 2 / 1e9);
  expect(store).toEqual({ puts: 22, gets: 11, gigabytesPerDay: 43.2, keptGigabytes: 432 });
  expect(apis).toBe(2);
});

test('a wall is where its part is used up, and does not depend on how much is asked for', () => {
  const of = (jobsPerHour: number, what: string) =>
    plan(jobsPerHour).walls.find((wall) => wall.what.startsWith(what))!.jobsPerHour;
  const cores = 'processors of Postgres';
  expect(of(1_000, cores)).toBeCloseTo(of(1_000_000, cores));
  expect(plan(of(1, cores)).postgres.cores).toBeCloseTo(assume.postgresCores * assume.utilisation);
  const walls = plan(1_000_000).walls.map(({ jobsPerHour }) => jobsPerHour);
  expect(walls).toEqual(walls.toSorted((a, b) => a - b));
  expect(plan(1_000_000).walls[0]!.what).toContain('connections of Postgres');
  // More slots in fewer workers move it.
  expect(plan(1_000_000, { slots: 40 }).walls[0]!.jobsPerHour).toBeGreaterThan(4 * walls[0]!);
});
