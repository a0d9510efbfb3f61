import { Chance } from './chance.ts';
import { BUSIEST_MINUTE, shapeOfDay } from './day.ts';
import { EventQueue } from './event-queue.ts';
import type { Load } from './plan-capacity.ts';
import type { Profile } from './profile.ts';
import { SimulatedPool, type Later, type Scaling } from './simulated-pool.ts';

export interface SimulationOptions {
  readonly slots: number;
  readonly peak: number;
  readonly scaling: Scaling;
  /** Between two looks of the scaler. */
  readonly pollSeconds: number;
  readonly seed: number;
  /** Beyond this a part of the load is simulated, with as large a part of every worker. */
  readonly tasksMax: number;
}

export interface SimulatedPeak {
  /** Of the load, 0 to 1. */
  readonly share: number;
  readonly jobs: number;
  readonly pipelines: readonly ({ readonly pipeline: string } & Percentiles)[];
  readonly pools: readonly ({
    readonly pool: string;
    readonly mostWorkers: number;
    readonly meanWorkers: number;
  } & Percentiles)[];
}

/** In seconds: of pipelines from submission to end, of pools from ready to begun. */
interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

/** From two hours before the busiest hour has its middle to one hour after it. */
const FROM_SECONDS = (BUSIEST_MINUTE - 120) * 60;
const HOURS = 3;

/**
 * Jobs that come by chance (a Poisson process whose rate follows the day), whose tasks wait for slots of pools that scale. A discrete-event
 * simulation; the engine itself costs nothing in it. Pure: the same for the same seed.
 */
export function simulatePeak(loads: readonly Load[], options: SimulationOptions): SimulatedPeak {
  const { slots, scaling, seed } = options;
  const day = shapeOfDay(options.peak);
  const share = Math.min(1, options.tasksMax / tasksIn(loads, day));
  const chance = new Chance(seed);
  const events = new EventQueue<(now: number) => void>();
  let now = FROM_SECONDS;
  const later: Later = (seconds, what) => events.push(now + seconds, what);
  const names = [...new Set(loads.flatMap(({ profile }) => profile.steps.map(({ pool }) => pool)))].sort();
  const pools = new Map(names.map((name) => [name, new SimulatedPool(now, slots * share, scaling, later)]));
  const took = new Map(loads.map(({ profile }) => [profile.pipeline, [] as number[]]));
  const end = FROM_SECONDS + HOURS * 3_600;

  const run = ({ steps, pipeline }: Profile, began: number): void => {
    const last = Math.max(...steps.map(({ level }) => level));
    const enter = (level: number, at: number): void => {
      if (level > last) return void took.get(pipeline)!.push(at - began);
      let left = 0;
      const done = (ended: number): void => {
        left -= 1;
        if (left === 0) enter(level + 1, ended);
      };
      const tasks = steps
        .filter((step) => step.level === level)
        .flatMap((step) => Array.from({ length: chance.round(step.tasksPerJob) }, () => step));
      left = tasks.length;
      if (left === 0) return enter(level + 1, at);
      for (const { pool, meanSeconds, deviationSeconds } of tasks)
        pools.get(pool)!.add(at, chance.logNormal(meanSeconds, deviationSeconds), done);
    };
    enter(0, began);
  };
  for (const { profile, jobsPerHour } of loads) {
    const perDay = ((jobsPerHour * 24) / options.peak) * share;
    const come = (at: number): void => {
      const perSecond = (perDay * day[Math.floor(at / 60)]!) / 60;
      const next = at + chance.exponential(1 / perSecond);
      if (next < end)
        events.push(next, (moment) => {
          run(profile, moment);
          come(moment);
        });
    };
    come(FROM_SECONDS);
  }
  for (let at = FROM_SECONDS; at < end; at += options.pollSeconds)
    events.push(at, (moment) => {
      for (const pool of pools.values()) pool.look(moment);
    });
  for (let next = events.pop(); next; next = events.pop()) {
    now = next.at;
    next.event(now);
  }
  return {
    share,
    jobs: [...took.values()].reduce((sum, { length }) => sum + length, 0),
    pipelines: [...took].map(([pipeline, seconds]) => ({ pipeline, ...percentiles(seconds) })),
    pools: [...pools].map(([pool, { mostWorkers, workerSeconds, waits }]) => ({
      ...{ pool, mostWorkers, meanWorkers: workerSeconds / (HOURS * 3_600) },
      ...percentiles(waits),
    })),
  };
}

/** In the simulated hours. */
function tasksIn(loads: readonly Load[], day: Float64Array): number {
  const from = FROM_SECONDS / 60;
  const hours = day.slice(from, from + HOURS * 60).reduce((sum, one) => sum + one, 0);
  const peakHour = day.slice(BUSIEST_MINUTE - 30, BUSIEST_MINUTE + 30).reduce((sum, one) => sum + one, 0);
  return loads.reduce(
    (sum, { profile, jobsPerHour }) =>
      sum +
      (jobsPerHour / peakHour) *
        hours *
        profile.steps.reduce((tasks, { tasksPerJob }) => tasks + tasksPerJob, 0),
    0,
  );
}

function percentiles(seconds: number[]): Percentiles {
  const sorted = Float64Array.from(seconds).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95) };
}
