import { ENGINE_PRICES, SHORT_TASK_SECONDS } from './engine-prices.ts';
import type { Profile } from './profile.ts';

/** So many jobs of a pipeline in the busiest hour. */
export interface Load {
  readonly profile: Profile;
  readonly jobsPerHour: number;
}

export interface Assumptions {
  /** Tasks at a time in one worker. */
  readonly slots: number;
  /** How busy slots, processors and connections may be in the busiest hour: what is left is for what comes unevenly. */
  readonly utilisation: number;
  /** The busiest hour beside the mean one. */
  readonly peak: number;
  /** How long finished jobs are kept. */
  readonly keepDays: number;
  readonly postgresCores: number;
  readonly postgresConnections: number;
  /** Open at a time. */
  readonly workerConnections: number;
}

export interface PoolPlan {
  readonly pool: string;
  readonly tasksPerSecond: number;
  /** Tasks under way at a time, on average (Little's law). */
  readonly busySlots: number;
  readonly workers: number;
}

export interface CapacityPlan {
  readonly jobsPerHour: number;
  readonly tasksPerSecond: number;
  readonly pools: readonly PoolPlan[];
  readonly apis: number;
  readonly postgres: {
    readonly cores: number;
    readonly connections: number;
    readonly logMegabytesPerSecond: number;
    readonly keptGigabytes: number;
  };
  readonly redis: { readonly cores: number; readonly connections: number };
  readonly store: {
    readonly puts: number;
    readonly gets: number;
    readonly gigabytesPerDay: number;
    readonly keptGigabytes: number;
  };
  /** The nearest first. */
  readonly walls: readonly Wall[];
}

/** Where one part can give no more. */
export interface Wall {
  readonly what: string;
  /** Of this mix of jobs. */
  readonly jobsPerHour: number;
  readonly moves: string;
}

const HOURS_PER_DAY = 24;
/** What AWS states for one prefix of a bucket. */
const S3 = { puts: 3_500, gets: 5_500 };
/** Redis's own default, and one core: it has one thread for commands. */
const REDIS = { connections: 10_000, cores: 1 };
/** Sequential writes with a flush, of a usual network disk. */
const LOG_MEGABYTES_PER_SECOND = 125;

/** What the busiest hour asks for, by Little's law and by what each task was measured to cost. Pure. */
export function planCapacity(loads: readonly Load[], assume: Assumptions): CapacityPlan {
  const { utilisation } = assume;
  const jobs = sum(loads, ({ jobsPerHour }) => jobsPerHour / 3_600);
  const steps = loads.flatMap(({ profile, jobsPerHour }) =>
    profile.steps.map((step) => ({ ...step, perSecond: (jobsPerHour / 3_600) * step.tasksPerJob })),
  );
  const tasks = sum(steps, ({ perSecond }) => perSecond);
  const pools = [...new Set(steps.map(({ pool }) => pool))].sort().map((pool): PoolPlan => {
    const own = steps.filter((step) => step.pool === pool);
    const busySlots = sum(own, ({ perSecond, meanSeconds }) => perSecond * meanSeconds);
    return {
      ...{ pool, tasksPerSecond: sum(own, ({ perSecond }) => perSecond), busySlots },
      workers: Math.max(1, Math.ceil(busySlots / utilisation / assume.slots)),
    };
  });
  const { postgresUs, apiUs, redisUs, log, kept, connections } = ENGINE_PRICES;
  const cores = (us: number): number => us / 1e6;
  const apiCores = cores(jobs * apiUs.job);
  const apis = Math.max(2, Math.ceil(apiCores / utilisation));
  const workers = sum(pools, (pool) => pool.workers);
  const taskUs = (seconds: number): number =>
    seconds < SHORT_TASK_SECONDS ? postgresUs.taskOfMany : postgresUs.taskAlone;
  const postgres = {
    cores: cores(
      jobs * postgresUs.job + sum(steps, ({ perSecond, meanSeconds }) => perSecond * taskUs(meanSeconds)),
    ),
    connections: workers * assume.workerConnections + apis * connections.api,
    logMegabytesPerSecond: (jobs * log.job + tasks * log.task) / 1e6,
    keptGigabytes: (perDay(tasks, assume) * assume.keepDays * kept.task) / 1e9,
  };
  const redis = {
    cores: cores(jobs * redisUs.job + tasks * redisUs.task),
    // A queue of each stage: one connection for all, one that waits for each.
    connections: sum(pools, ({ pool, workers: own }) => own * (2 * stagesOf(pool, steps) + 1)) + apis * 3,
  };
  const fileBytes = sum(loads, ({ profile, jobsPerHour }) => (jobsPerHour / 3_600) * profile.fileBytesPerJob);
  const gigabytesPerDay = perDay(fileBytes, assume) / 1e9;
  const store = {
    puts: sum(steps, ({ perSecond, filesWritten }) => perSecond * filesWritten),
    gets: sum(steps, ({ perSecond, filesRead }) => perSecond * filesRead),
    ...{ gigabytesPerDay, keptGigabytes: gigabytesPerDay * assume.keepDays },
  };
  const jobsPerHour = jobs * 3_600;
  const wall = (what: string, asked: number, there: number, moves: string): Wall => ({
    ...{ what, moves },
    jobsPerHour: asked === 0 ? Infinity : (jobsPerHour * there) / asked,
  });
  return {
    ...{ jobsPerHour, tasksPerSecond: tasks, pools, apis, postgres, redis, store },
    walls: [
      wall(
        `connections of Postgres (${assume.postgresConnections})`,
        postgres.connections,
        assume.postgresConnections * utilisation,
        'more slots in fewer workers; fewer for each worker; a greater max_connections',
      ),
      wall(
        `processors of Postgres (${assume.postgresCores} cores)`,
        postgres.cores,
        assume.postgresCores * utilisation,
        'more cores; more slots in a worker, whose tasks settle together; records divided by tenant',
      ),
      wall(
        `the log of Postgres (${LOG_MEGABYTES_PER_SECOND} MB/s of disk)`,
        postgres.logMegabytesPerSecond,
        LOG_MEGABYTES_PER_SECOND * utilisation,
        'a faster disk for pg_wal; records divided by tenant',
      ),
      wall('the one core of Redis', redis.cores, REDIS.cores * utilisation, 'a Redis for some of the queues'),
      wall(
        `connections of Redis (${REDIS.connections})`,
        redis.connections,
        REDIS.connections * utilisation,
        'a greater maxclients; more slots in fewer workers; a Redis for some of the queues',
      ),
      wall(
        `writes to one prefix of S3 (${S3.puts}/s)`,
        store.puts,
        S3.puts * utilisation,
        'S3 divides a prefix under a steady load; a bucket for each region or tenant',
      ),
      wall(
        `reads from one prefix of S3 (${S3.gets}/s)`,
        store.gets,
        S3.gets * utilisation,
        'the same; a larger artifact cache in the workers',
      ),
    ].sort((a, b) => a.jobsPerHour - b.jobsPerHour),
  };
}

/** A rate of the busiest hour, for a whole day. */
const perDay = (perSecond: number, { peak }: Assumptions): number =>
  (perSecond * 3_600 * HOURS_PER_DAY) / peak;

const stagesOf = (pool: string, steps: readonly { pool: string; stage: string }[]): number =>
  new Set(steps.filter((step) => step.pool === pool).map(({ stage }) => stage)).size;

const sum = <T>(of: readonly T[], value: (one: T) => number): number =>
  of.reduce((total, one) => total + value(one), 0);
