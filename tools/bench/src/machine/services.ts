import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis, type RunningServer } from '@intermodal/local-services';

export interface Services extends AsyncDisposable {
  readonly postgres: RunningServer;
  readonly redis: RunningServer;
  /** For whatever a benchmark writes; removed at the end. */
  readonly folder: string;
}

/** Postgres and Redis with the settings of `npm start`: what is committed is on the disk. */
export async function startServices(): Promise<Services> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-bench-'));
  await using started = new AsyncDisposableStack();
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const place = (name: string) => ({
    dataFolder: join(folder, name),
    logFile: join(folder, `${name}.log`),
  });
  const postgres = await startPostgres(place('postgres'));
  started.defer(() => postgres.stop());
  const redis = await startRedis(place('redis'));
  started.defer(() => redis.stop());
  const parts = started.move();
  return { postgres, redis, folder, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}
