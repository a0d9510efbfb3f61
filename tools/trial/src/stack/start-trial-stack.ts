import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { childEnvironment, localKey, secretKeyOf } from '@intermodal/cli';
import { IntermodalClient } from '@intermodal/client';
import { freePort, startPostgres, startRedis } from '@intermodal/local-services';
import { TrialProcess } from './trial-process.ts';
import { TrialServer } from './trial-server.ts';

export interface TrialStackOptions {
  readonly workers: number;
  /** API processes; 1 when left out. */
  readonly apis?: number;
  /** Settings of all processes, as `INTERMODAL_LEASE_MS`; with `S3_*`, as of `startCeph`, artifacts go there. */
  readonly environment?: Readonly<Record<string, string>>;
  /** More, for one worker. */
  readonly workerEnvironment?: (index: number) => NodeJS.ProcessEnv;
  /** More, for one API process. */
  readonly apiEnvironment?: (index: number) => NodeJS.ProcessEnv;
  /** Postgres trades safety for speed: not for failures of Postgres, nor for figures. */
  readonly careless?: boolean;
  readonly drainMs?: number;
  /** The environment that all processes start from. */
  readonly base: NodeJS.ProcessEnv;
}

/** The real thing with trial stages: Postgres, Redis, API and worker processes, all of them to be ended at will. */
export interface TrialStack {
  /** Logs, artifacts, scratch: all that is kept of it, except the data of Postgres. */
  readonly folder: string;
  readonly key: string;
  readonly urls: readonly string[];
  /** One per API process. */
  readonly clients: readonly IntermodalClient[];
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly postgres: TrialServer;
  readonly redis: TrialServer;
  readonly apis: readonly TrialProcess[];
  readonly workers: readonly TrialProcess[];
  /** One more worker; resolves when it serves. It ends with the stack, if nobody ends it before. */
  addWorker(environment?: NodeJS.ProcessEnv): Promise<TrialProcess>;
  /**
   * Ends everything and removes the data.
   * @param hurry without a chance for the processes to finish what they have begun
   */
  stop(hurry?: boolean): Promise<void>;
}

/** The built programs, also when this file itself runs from its source. */
const DIST = resolve(import.meta.dirname, '../../dist');

/** For `node --import`; see there. */
export const CLOCK_OFF_FILE = join(DIST, 'clock-off', 'main.js');

export async function startTrialStack(options: TrialStackOptions): Promise<TrialStack> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-trial-'));
  await mkdir(join(folder, 'logs'));
  const running: { stop(hurry?: boolean): Promise<void> }[] = [];
  const stop = async (hurry = false): Promise<void> => {
    // Processes before the servers that they use.
    const [servers, processes] = [running.slice(0, 2), running.slice(2)];
    await Promise.all(processes.map((one) => one.stop(hurry)));
    await Promise.all(servers.map((one) => one.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await start(options, folder, running)), stop };
  } catch (error) {
    await stop(true);
    throw error;
  }
}

async function start(
  options: TrialStackOptions,
  folder: string,
  running: { stop(hurry?: boolean): Promise<void> }[],
): Promise<Omit<TrialStack, 'stop'>> {
  const { drainMs = 5_000, careless = false } = options;
  const place = (name: string) => ({
    dataFolder: join(folder, name),
    logFile: join(folder, 'logs', `${name}.log`),
  });
  const launchPostgres = (port?: number) =>
    startPostgres({ ...place('postgres'), port, ephemeral: true, durable: !careless });
  const launchRedis = (port?: number) =>
    startRedis({ ...place('redis'), port, fast: careless, path: options.base.PATH });
  const postgres = await TrialServer.start(launchPostgres);
  running.push(postgres);
  const redis = await TrialServer.start(launchRedis);
  running.push(redis);

  const [key, secretKey] = [await localKey(folder), await secretKeyOf(folder)];
  const common = childEnvironment({
    environment: { ...options.base, INTERMODAL_LOG_LEVEL: 'warn', ...options.environment },
    dataFolder: folder,
    key,
    secretKey,
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    drainMs,
  });
  const launch = (name: string, program: string, environment: NodeJS.ProcessEnv): TrialProcess => {
    const logFile = join(folder, 'logs', `${name}.log`);
    const one = new TrialProcess({
      name,
      file: join(DIST, program, 'main.js'),
      environment,
      logFile,
      drainMs,
    });
    running.push(one);
    return one;
  };
  const ports = await Promise.all(Array.from({ length: options.apis ?? 1 }, () => freePort()));
  const apis = ports.map((port, i) =>
    launch(`api-${i}`, 'api', { ...common, INTERMODAL_PORT: String(port), ...options.apiEnvironment?.(i) }),
  );
  // The first brings the database's tables up to date.
  for (const api of apis) await api.start();
  const workers: TrialProcess[] = [];
  const addWorker = async (environment?: NodeJS.ProcessEnv): Promise<TrialProcess> => {
    const worker = launch(`worker-${workers.length}`, 'worker', { ...common, ...environment });
    workers.push(worker);
    await worker.start();
    return worker;
  };
  await Promise.all(
    Array.from({ length: options.workers }, (_, i) => addWorker(options.workerEnvironment?.(i))),
  );
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  return {
    folder,
    key,
    urls,
    clients: urls.map((url) => new IntermodalClient({ url, key })),
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    postgres,
    redis,
    apis,
    workers,
    addWorker,
  };
}
