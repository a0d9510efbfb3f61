import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis, type RunningServer } from '@intermodal/local-services';
import type { TestProject } from 'vitest/node';
import './services/provided-context.ts';

/** Starts a real Postgres and a real Redis once per run; both end with it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.users++;
  const services = await (shared.services ??= start());
  project.provide('postgresUrl', services.postgres.url);
  project.provide('redisUrl', services.redis.url);
  return async () => {
    if (--shared.users === 0) await services.stop();
  };
}

interface Services {
  readonly postgres: RunningServer;
  readonly redis: RunningServer;
  stop(): Promise<void>;
}

/** Vitest loads this file anew for every project of a run; the servers are for all of them. */
const KEY = Symbol.for('intermodal.testing.services');
const shared = ((globalThis as { [KEY]?: { users: number; services?: Promise<Services> } })[KEY] ??= {
  users: 0,
});

async function start(): Promise<Services> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-test-'));
  const started = await Promise.allSettled([
    startPostgres({
      dataFolder: join(folder, 'postgres'),
      logFile: join(folder, 'postgres.log'),
      ephemeral: true,
    }),
    startRedis({ dataFolder: join(folder, 'redis'), logFile: join(folder, 'redis.log'), fast: true }),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
    await rm(folder, { recursive: true, force: true });
  };
  const [postgres, redis] = started;
  if (postgres.status === 'fulfilled' && redis.status === 'fulfilled') {
    return { postgres: postgres.value, redis: redis.value, stop };
  }
  await stop();
  throw postgres.status === 'rejected' ? postgres.reason : (redis as PromiseRejectedResult).reason;
}
