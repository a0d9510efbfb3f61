import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort, startPostgres, startRedis, type RunningServer } from '@intermodal/local-services';
import { childEnvironment } from './child-environment.ts';
import { lockFolder, type FolderLock } from './folder-lock.ts';
import { localKey, secretKeyOf } from './local-key.ts';
import { NodeProcess, type NodeProcessEvent } from './node-process.ts';

export interface StackOptions {
  /** Everything that the stack keeps is here. */
  readonly dataFolder: string;
  /** Removes the data when it stops, and trades safety for speed. */
  readonly ephemeral: boolean;
  /** Taken when it is free, else any other. */
  readonly port: number;
  /** The programs to run. */
  readonly programs: { readonly api: string; readonly workers: string };
  /** Those that have stages. */
  readonly pools: () => Promise<readonly string[]>;
  /** Passed on to the children, with what the stack sets. */
  readonly environment: NodeJS.ProcessEnv;
  readonly drainMs: number;
  readonly readyWithinMs?: number;
  readonly backoffMs?: number;
  onEvent(event: NodeProcessEvent): void;
}

export interface Stack {
  readonly url: string;
  readonly key: string;
  readonly dataFolder: string;
  /** The living processes by name. */
  pids(): Record<string, number>;
  /** Resolves when a server that the stack cannot do without has ended by itself. */
  readonly broken: Promise<string>;
  /** Drains and ends every process, then the servers. */
  stop(): Promise<void>;
  /** For the impatient: makes a stop that is under way end at once. */
  hurry(): void;
}

/** Starts everything that Intermodal is on one machine. When a part does not start, none is left running. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = resolve(options.dataFolder);
  await mkdir(join(folder, 'logs'), { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder);
  const parts = new Parts(options, folder, lock);
  try {
    return await parts.start();
  } catch (error) {
    parts.hurry();
    await parts.stop();
    throw error;
  }
}

class Parts {
  readonly #options: StackOptions;
  readonly #folder: string;
  readonly #lock: FolderLock;
  readonly #processes: NodeProcess[] = [];
  #servers: Record<string, RunningServer> = {};
  #url = '';
  #stopped: Promise<void> | undefined;
  #written: Promise<void> = Promise.resolve();

  constructor(options: StackOptions, folder: string, lock: FolderLock) {
    this.#options = options;
    this.#folder = folder;
    this.#lock = lock;
  }

  async start(): Promise<Stack> {
    const [key, secretKey] = [await localKey(this.#folder), await secretKeyOf(this.#folder)];
    const [pools] = await Promise.all([this.#options.pools(), this.#startServers()]);
    const environment = childEnvironment({
      environment: this.#options.environment,
      dataFolder: this.#folder,
      key,
      secretKey,
      databaseUrl: this.#servers.postgres!.url,
      redisUrl: this.#servers.redis!.url,
      drainMs: this.#options.drainMs,
    });
    const port = await freePort(this.#options.port);
    // The API first: it brings the database's tables up to date.
    const api = await this.#launch('api', this.#options.programs.api, [], {
      ...environment,
      INTERMODAL_PORT: String(port),
    });
    this.#url = `http://127.0.0.1:${api.port ?? port}`;
    const { workers } = this.#options.programs;
    await allSettledOrThrow(
      pools.map((pool) => this.#launch(`worker-${pool}`, workers, ['--pool', pool], environment)),
    );
    await this.#writeRunFile();
    return {
      url: this.#url,
      key,
      dataFolder: this.#folder,
      pids: () => this.#pids(),
      broken: Promise.race(
        Object.entries(this.#servers).map(([name, server]) => server.ended.then(() => name)),
      ),
      stop: () => this.stop(),
      hurry: () => this.hurry(),
    };
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  hurry(): void {
    for (const one of this.#processes) one.kill();
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#processes.map((one) => one.stop()));
    await Promise.all(Object.values(this.#servers).map((server) => server.stop()));
    await this.#written;
    await rm(join(this.#folder, 'run.json'), { force: true });
    await this.#lock.release();
    if (this.#options.ephemeral) await rm(this.#folder, { recursive: true, force: true });
  }

  async #startServers(): Promise<void> {
    const place = (name: string) => ({
      dataFolder: join(this.#folder, name),
      logFile: join(this.#folder, 'logs', `${name}.log`),
    });
    const { ephemeral, environment } = this.#options;
    const keep = (name: string) => (server: RunningServer) => {
      this.#servers = { ...this.#servers, [name]: server };
    };
    await allSettledOrThrow([
      startPostgres({ ...place('postgres'), ephemeral }).then(keep('postgres')),
      startRedis({ ...place('redis'), fast: ephemeral, path: environment.PATH }).then(keep('redis')),
    ]);
  }

  async #launch(name: string, file: string, args: string[], environment: NodeJS.ProcessEnv) {
    const started = new NodeProcess({
      ...{ name, file, args, environment },
      logFile: join(this.#folder, 'logs', `${name}.log`),
      readyWithinMs: this.#options.readyWithinMs ?? 60_000,
      backoffMs: this.#options.backoffMs ?? 1_000,
      drainMs: this.#options.drainMs,
      onEvent: (event) => {
        this.#options.onEvent(event);
        if (this.#url !== '' && !this.#stopped) void this.#writeRunFile();
      },
    });
    this.#processes.push(started);
    return started.start();
  }

  #pids(): Record<string, number> {
    const processes = this.#processes.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid]]));
    const servers = Object.entries(this.#servers).map(([name, { pid }]) => [name, pid]);
    return Object.fromEntries([...servers, ...processes]) as Record<string, number>;
  }

  /** For the command line, which finds the stack by it, and for people. One after the other, and never half of it. */
  #writeRunFile(): Promise<void> {
    const written = this.#written.then(() => this.#writeRunFileNow());
    this.#written = written.catch(() => {});
    return written;
  }

  async #writeRunFileNow(): Promise<void> {
    const path = join(this.#folder, 'run.json');
    const ports = Object.entries(this.#servers).map(([name, { port }]) => [name, port]);
    const content = {
      pid: process.pid,
      url: this.#url,
      databaseUrl: this.#servers.postgres!.url,
      redisUrl: this.#servers.redis!.url,
      processes: this.#pids(),
      ports: { api: Number(new URL(this.#url).port), ...Object.fromEntries(ports) },
      // Where each process answers /livez, /readyz and /metrics.
      statusPorts: Object.fromEntries(this.#processes.map(({ name, statusPort }) => [name, statusPort])),
    };
    await writeFile(`${path}.part`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    await rename(`${path}.part`, path);
  }
}

/** Like Promise.all, but waits for the slower ones before it throws: what they start can then be ended. */
async function allSettledOrThrow(promises: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(promises)) {
    if (result.status === 'rejected') throw result.reason;
  }
}
