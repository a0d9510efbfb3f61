import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcess } from 'node:child_process';
import { logTail } from '@intermodal/local-services';
import { endChild, hasEnded, spawnBound } from '@intermodal/programs';

export interface NodeProcessOptions {
  /** As people call it, and the name of its log: `api`, `worker-speech`. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** What is put before the program, as `ip netns exec NAME`; it must become the program, with the pid that it has. */
  readonly enter?: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly readyWithinMs: number;
  /** How long it may finish what it has begun, once told to stop. */
  readonly drainMs: number;
  /** The first wait before a crashed process is started again; doubles up to the longest. */
  readonly backoffMs: number;
  /** 30 s when left out. */
  readonly longestBackoffMs?: number;
  onEvent(event: NodeProcessEvent): void;
}

export interface NodeProcessEvent {
  readonly name: string;
  readonly what: 'ready' | 'ended' | 'failed to start';
  readonly pid: number | undefined;
  /** For people: how it ended, when it is started again. */
  readonly detail: string;
}

/** The message by which a child says that it serves. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly port?: number;
  /** Where it answers probes and Prometheus. */
  readonly statusPort?: number;
}

/** A process that lived this long may be started again at once. */
const STEADY_MS = 60_000;
const LONGEST_BACKOFF_MS = 30_000;

/** One child of the stack: a Node program that says when it is ready, and is started again when it crashes. */
export class NodeProcess {
  readonly #options: NodeProcessOptions;
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  #statusPort: number | undefined;
  #kept: Promise<void> = Promise.resolve();

  constructor(options: NodeProcessOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get pid(): number | undefined {
    return this.#child && !hasEnded(this.#child) ? this.#child.pid : undefined;
  }

  /** Of the process that lives now. */
  get statusPort(): number | undefined {
    return this.pid === undefined ? undefined : this.#statusPort;
  }

  /** Starts it and waits until it is ready. Throws, with the last lines of its log, when it does not get that far. */
  async start(): Promise<ReadyMessage> {
    const ready = await this.#launch();
    this.#kept = this.#keep();
    return ready;
  }

  /** Lets it finish, and ends it when `signal` aborts or the drain time is over. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#child)
      await endChild(this.#child, { signal: 'SIGTERM', patienceMs: this.#options.drainMs + 2_000 });
    await this.#kept;
  }

  /** Ends it at once. */
  kill(): void {
    this.#stopping.abort();
    this.#child?.kill('SIGKILL');
  }

  async #launch(): Promise<ReadyMessage> {
    const { name, file, args, enter = [], environment, logFile, readyWithinMs } = this.#options;
    const log = await open(logFile, 'a', 0o600);
    let child: ChildProcess;
    try {
      const [program, ...rest] = [...enter, process.execPath, '--enable-source-maps', file, ...args];
      child = spawnBound(program!, rest, {
        env: environment,
        stdio: ['ignore', log.fd, log.fd, 'ipc'],
        // Ctrl-C is for the supervisor, which ends its children in order.
        detached: true,
      });
    } finally {
      await log.close();
    }
    this.#child = child;
    const said = await Promise.race([
      new Promise<ReadyMessage>((resolve) => {
        child.on('message', (message: ReadyMessage) => message?.type === 'ready' && resolve(message));
      }),
      new Promise<string>((resolve) => {
        child.once('error', (error) => resolve(error.message));
        child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
      }),
      sleep(readyWithinMs, `it was not ready after ${readyWithinMs / 1_000} s`, { ref: false }),
    ]);
    if (typeof said !== 'string') {
      this.#statusPort = said.statusPort;
      this.#options.onEvent({ name, what: 'ready', pid: child.pid, detail: '' });
      return said;
    }
    child.kill('SIGKILL');
    const tail = await logTail(logFile);
    throw new Error(
      `${name} did not start: ${said}. ${tail === '' ? `Its log is empty.` : `The end of ${logFile}:\n${tail}`}`,
    );
  }

  /** Starts it again for as long as nobody stops it. */
  async #keep(): Promise<void> {
    const { name, onEvent, backoffMs, longestBackoffMs = LONGEST_BACKOFF_MS } = this.#options;
    const { signal } = this.#stopping;
    for (let waitMs = backoffMs; ; waitMs = Math.min(waitMs * 2, longestBackoffMs)) {
      const since = performance.now();
      const how = await ended(this.#child!);
      if (signal.aborted) return;
      if (performance.now() - since > STEADY_MS) waitMs = backoffMs;
      const again = `it is started again in ${waitMs / 1_000} s`;
      onEvent({ name, what: 'ended', pid: this.#child!.pid, detail: `${how}; ${again}` });
      await sleep(waitMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await this.#launch().catch((error: Error) =>
        onEvent({ name, what: 'failed to start', pid: undefined, detail: error.message }),
      );
      // Stopped while it was starting: stop() saw the child before.
      if (signal.aborted) this.#child!.kill('SIGTERM');
    }
  }
}

const ended = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    const say = (): void => resolve(child.signalCode ?? `code ${child.exitCode}`);
    if (hasEnded(child) || child.pid === undefined) say();
    else child.once('exit', say);
  });
