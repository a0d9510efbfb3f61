import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { childEnvironment, localKey, secretKeyOf } from '@intermodal/cli';
import { IntermodalClient } from '@intermodal/client';
import { freePort, startPostgres, startRedis } from '@intermodal/local-services';
import type { Network } from '../network/network.ts';
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
  /** Each part on a host of its own, of `STACK_HOSTS`; workers in turn on the two for pools. */
  readonly hosts?: StackHosts;
  /** The built programs, `dist` of this package: those of another version of it. Its own when left out. */
  readonly programs?: string;
  /** The environment that all processes start from. */
  readonly base: NodeJS.ProcessEnv;
}

export interface StackHosts {
  readonly network: Network;
  /** Where webhooks are received: on the host that the network belongs to; every pool's host has it on loopback. */
  readonly receiverPort: number;
}

/** What a stack has hosts for; on `s3` it expects somebody else's server. */
export const STACK_HOSTS = ['api', 'pool-a', 'pool-b', 'postgres', 'redis', 's3'] as const;
export type StackHost = (typeof STACK_HOSTS)[number];
const POOL_HOSTS = ['pool-a', 'pool-b'] as const;

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
  /** Where workers have the folders of tasks; a host has a disk of its own. */
  readonly scratch: readonly string[];
  /** Where a process runs, when there are hosts. */
  hostOf(one: TrialProcess): StackHost | undefined;
  /** Ends all processes of a host of a pool, and removes its disk. Nobody starts them again. */
  lose(host: StackHost): Promise<void>;
  /** Ends a process in order, and puts one of these programs (`dist` of some version) in its place, with its settings. */
  replace(one: TrialProcess, programs: string): Promise<TrialProcess>;
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
  const { network, receiverPort } = options.hosts ?? {};
  const placeOn = (host: StackHost) => ({ ...(network && { place: network.place(host) }) });
  const launchPostgres = (port?: number) =>
    startPostgres({
      ...place('postgres'),
      ...placeOn('postgres'),
      port,
      ephemeral: true,
      durable: !careless,
    });
  const launchRedis = (port?: number) =>
    startRedis({ ...place('redis'), ...placeOn('redis'), port, fast: careless, path: options.base.PATH });
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
  const hosts = new Map<TrialProcess, StackHost>();
  const diskOf = (host: StackHost): string => join(folder, 'hosts', host);
  const launch = (
    name: string,
    host: StackHost,
    file: string,
    environment: NodeJS.ProcessEnv,
    args: readonly string[] = [],
  ): TrialProcess => {
    const logFile = join(folder, 'logs', `${name}.log`);
    const enter = network?.place(host).enter ?? [];
    const one = new TrialProcess({ name, file, args, enter, environment, logFile, drainMs });
    if (network) hosts.set(one, host);
    running.push(one);
    return one;
  };
  const programs = options.programs ?? DIST;
  const ports = await Promise.all(Array.from({ length: options.apis ?? 1 }, () => freePort()));
  // Earlier versions do not know that 0 is any.
  const statusPort = async () => ({ ...(network && { INTERMODAL_HEALTH_PORT: String(await freePort()) }) });
  const statusPorts = await Promise.all(ports.map(statusPort));
  const apiAddress = network?.place('api').address ?? '127.0.0.1';
  const apis = ports.map((port, i) =>
    launch(`api-${i}`, 'api', programFile(programs, 'api'), {
      ...common,
      ...{ INTERMODAL_PORT: String(port), INTERMODAL_HOST: apiAddress },
      ...statusPorts[i],
      ...options.apiEnvironment?.(i),
    }),
  );
  if (network)
    for (const host of POOL_HOSTS) {
      const args = [String(receiverPort), network.gateway];
      await launch(`relay-${host}`, host, programFile(DIST, 'relay'), options.base, args).start();
    }
  // The first brings the database's tables up to date.
  for (const api of apis) await api.start();
  const workers: TrialProcess[] = [];
  const addWorker = async (environment?: NodeJS.ProcessEnv): Promise<TrialProcess> => {
    const index = workers.length;
    const host = POOL_HOSTS[index % POOL_HOSTS.length]!;
    const settings = {
      ...common,
      ...(network && { INTERMODAL_DATA_DIR: diskOf(host) }),
      ...environment,
    };
    // Several are made at once: each has its place before anything is waited for.
    const worker = launch(`worker-${index}`, host, programFile(programs, 'worker'), settings);
    workers.push(worker);
    Object.assign(worker.environment, await statusPort());
    await worker.start();
    return worker;
  };
  const lose = async (host: StackHost): Promise<void> => {
    const there = [...hosts.keys()].filter((one) => hosts.get(one) === host);
    await Promise.all(there.map((one) => one.stop(true)));
    await rm(diskOf(host), { recursive: true, force: true });
  };
  const replace = async (one: TrialProcess, by: string): Promise<TrialProcess> => {
    const list = apis.includes(one) ? apis : workers;
    const file = programFile(by, list === apis ? 'api' : 'worker');
    const next = launch(one.name, hosts.get(one)!, file, one.environment);
    await one.stop();
    list[list.indexOf(one)] = next;
    await next.start();
    return next;
  };
  await Promise.all(
    Array.from({ length: options.workers }, (_, i) => addWorker(options.workerEnvironment?.(i))),
  );
  const urls = ports.map((port) => `http://${apiAddress}:${port}`);
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
    scratch: (network ? POOL_HOSTS.map(diskOf) : [folder]).map((disk) => join(disk, 'scratch')),
    lose,
    hostOf: (one) => hosts.get(one),
    replace,
    addWorker,
  };
}

const programFile = (programs: string, name: string): string => join(programs, name, 'main.js');
