import type { CapacityPlan } from './plan-capacity.ts';
import type { SimulatedPeak } from './simulate-peak.ts';

/** For people, at most 100 columns. */
export function capacityText(plan: CapacityPlan, seen: SimulatedPeak | undefined): string[] {
  const { pools, postgres, redis, store, walls } = plan;
  return [
    `In the busiest hour: ${whole(plan.jobsPerHour)} jobs, ${short(plan.tasksPerSecond)} tasks a second.`,
    '',
    'pool      tasks/s  busy slots  workers',
    ...pools.map(
      ({ pool, tasksPerSecond, busySlots, workers }) =>
        `${pool.padEnd(8)} ${short(tasksPerSecond).padStart(8)} ${short(busySlots).padStart(11)} ${whole(workers).padStart(8)}`,
    ),
    '',
    `API       ${plan.apis} processes`,
    `Postgres  ${short(postgres.cores)} cores, ${whole(postgres.connections)} connections, ` +
      `${short(postgres.logMegabytesPerSecond)} MB/s of log, ${short(postgres.keptGigabytes)} GB of jobs kept`,
    `Redis     ${short(redis.cores)} cores, ${whole(redis.connections)} connections`,
    `S3        ${short(store.puts)} writes and ${short(store.gets)} reads a second, at least ` +
      `${short(store.gigabytesPerDay)} GB a day and ${short(store.keptGigabytes)} GB kept`,
    '',
    'Walls of this mix, the nearest first, in jobs of the busiest hour:',
    ...walls
      .filter(({ jobsPerHour }) => Number.isFinite(jobsPerHour))
      .flatMap(({ what, jobsPerHour, moves }) => [
        `${whole(jobsPerHour).padStart(13)}  ${what}`,
        `${''.padStart(15)}what moves it: ${moves}`,
      ]),
    ...(seen ? simulated(seen) : []),
  ];
}

function simulated({ share, jobs, pipelines, pools }: SimulatedPeak): string[] {
  return [
    '',
    `Simulated: three hours around the peak with pools that scale, ${whole(jobs)} jobs` +
      (share < 1 ? ` (${short(share * 100)} % of the load, on as large a part of each worker):` : ':'),
    ...pipelines.map(
      ({ pipeline, p50, p95 }) => `  ${pipeline}: done after ${short(p50)} s, p95 ${short(p95)} s`,
    ),
    ...pools.map(
      ({ pool, mostWorkers, meanWorkers, p50, p95 }) =>
        `  ${pool}: a task waits ${short(p50)} s, p95 ${short(p95)} s; ` +
        `${whole(mostWorkers)} workers at most, ${short(meanWorkers)} on average`,
    ),
  ];
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** Three digits that say something. */
const short = (value: number): string =>
  value >= 100 ? whole(value) : String(Number(value.toPrecision(value < 0.1 ? 1 : 3)));
