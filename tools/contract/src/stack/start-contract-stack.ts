import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { childEnvironment, localKey, secretKeyOf } from '@intermodal/cli';
import { IntermodalClient } from '@intermodal/client';
import { SCOPE_NAMES } from '@intermodal/contracts';
import { freePort, startPostgres, startRedis } from '@intermodal/local-services';
import { loadShippedStages } from '@intermodal/stages';
import { TrialProcess, TrialServer } from '@intermodal/trial';
import { RoundRobin } from './round-robin.ts';

/** The product's own processes, all to be ended and started by name. */
export interface ContractStack {
  /** Logs, artifacts, scratch. */
  readonly folder: string;
  readonly urls: readonly [string, string];
  /** Of the proxy in front of both. */
  readonly url: string;
  readonly keys: { readonly owner: string; readonly foreign: string };
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly postgres: TrialServer;
  readonly redis: TrialServer;
  /** `api-a`, `api-b`, `worker-<pool>`. */
  readonly names: readonly string[];
  /** The process of a name: `kill()` it and it is started again at once; `ready()` says when it serves. */
  process(name: string): TrialProcess;
  /** Ends a process in order, and leaves it ended. */
  end(name: string): Promise<void>;
  /** After `end`: with more settings, if there are any; resolves when it serves. */
  start(name: string, environment?: NodeJS.ProcessEnv): Promise<void>;
  /** Ends everything and removes the data. */
  stop(): Promise<void>;
}

const APPS = resolve(import.meta.dirname, '../../../../apps');
const DRAIN_MS = 5_000;

/** Postgres, Redis, two API processes with a proxy in front of them, and a worker for every pool, as in local mode. */
export async function startContractStack(base: NodeJS.ProcessEnv): Promise<ContractStack> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-contract-'));
  const parts = new Parts(folder);
  try {
    return await parts.start(base);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

class Parts {
  readonly #folder: string;
  readonly #processes = new Map<string, { process: TrialProcess; launch: Launch }>();
  #servers: { stop(): Promise<void> }[] = [];
  #proxy: RoundRobin | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async start(base: NodeJS.ProcessEnv): Promise<ContractStack> {
    const logs = join(this.#folder, 'logs');
    await mkdir(logs);
    const place = (name: string) => ({
      dataFolder: join(this.#folder, name),
      logFile: join(logs, `${name}.log`),
    });
    const postgres = await TrialServer.start((port) =>
      startPostgres({ ...place('postgres'), port, ephemeral: true }),
    );
    this.#servers.push(postgres);
    const redis = await TrialServer.start((port) =>
      startRedis({ ...place('redis'), port, fast: true, path: base.PATH }),
    );
    this.#servers.push(redis);
    const owner = await localKey(this.#folder);
    const environment = childEnvironment({
      environment: { ...TIMES, ...base },
      dataFolder: this.#folder,
      key: owner,
      secretKey: await secretKeyOf(this.#folder),
      databaseUrl: postgres.url,
      redisUrl: redis.url,
      drainMs: DRAIN_MS,
    });
    const urls: string[] = [];
    // One after the other: the first brings the database's tables up to date.
    for (const name of ['api-a', 'api-b']) {
      const port = await freePort();
      await this.#add(name, 'api', [], { ...environment, INTERMODAL_PORT: String(port) });
      urls.push(`http://127.0.0.1:${port}`);
    }
    const foreign = await addTenant(urls[0]!, owner);
    const pools = new Set([...(await loadShippedStages()).values()].map(({ pool }) => pool));
    await Promise.all(
      [...pools].map((pool) => this.#add(`worker-${pool}`, 'workers', ['--pool', pool], environment)),
    );
    this.#proxy = await RoundRobin.listen(urls);
    return {
      folder: this.#folder,
      urls: [urls[0]!, urls[1]!],
      url: this.#proxy.url,
      keys: { owner, foreign },
      databaseUrl: postgres.url,
      redisUrl: redis.url,
      postgres,
      redis,
      names: [...this.#processes.keys()],
      process: (name) => this.#named(name).process,
      end: (name) => this.#named(name).process.stop(),
      start: (name, more) => this.#startAgain(name, more),
      stop: () => this.stop(),
    };
  }

  /** Processes before the servers that they use. */
  async stop(): Promise<void> {
    await this.#proxy?.stop();
    await Promise.all([...this.#processes.values()].map(({ process }) => process.stop(true)));
    await Promise.all(this.#servers.map((one) => one.stop()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #add(name: string, app: string, args: string[], environment: NodeJS.ProcessEnv): Promise<void> {
    const launch: Launch = (more) =>
      new TrialProcess({
        name,
        file: join(APPS, app, 'dist', 'main.js'),
        args,
        environment: { ...environment, ...more },
        logFile: join(this.#folder, 'logs', `${name}.log`),
        drainMs: DRAIN_MS,
      });
    const process = launch({});
    this.#processes.set(name, { process, launch });
    await process.start();
  }

  async #startAgain(name: string, more: NodeJS.ProcessEnv = {}): Promise<void> {
    const { launch } = this.#named(name);
    const process = launch(more);
    this.#processes.set(name, { process, launch });
    await process.start();
  }

  #named(name: string) {
    const found = this.#processes.get(name);
    if (found) return found;
    throw new Error(`There is no process '${name}'; there are ${[...this.#processes.keys()].join(', ')}.`);
  }
}

type Launch = (more: NodeJS.ProcessEnv) => TrialProcess;

/** Short, so that a suite which ends a process need not wait long for its tasks. */
const TIMES = {
  INTERMODAL_LOG_LEVEL: 'warn',
  INTERMODAL_LEASE_MS: '3000',
  INTERMODAL_HEARTBEAT_MS: '1000',
  INTERMODAL_SWEEP_MS: '500',
};

/** One more tenant, with a key that may do everything but look at other tenants. */
async function addTenant(url: string, key: string): Promise<string> {
  const client = new IntermodalClient({ url, key });
  const { id } = await client.tenants.create({ name: 'foreign' });
  const scopes = SCOPE_NAMES.filter((scope) => scope !== 'admin');
  return (await client.keys.create({ name: 'foreign', scopes }, { tenant: id })).key;
}
