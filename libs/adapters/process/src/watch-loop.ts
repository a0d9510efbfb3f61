import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ConfigError } from '@intermodal/config';
import type { StatusAnswer } from './status-routes.ts';

export interface LoopWatchOptions {
  /** Who writes, as every line of the log says. */
  readonly writer: Readonly<Record<string, string>>;
  readonly logLevel: string;
  /** A loop that stands still for longer is blocked. */
  readonly blockedMs: number;
  /** The status port, which answers `GET /livez` and what `answer` knows; 0 takes any free port; none when left out. */
  readonly address?: { readonly host: string; readonly port: number } | undefined;
  /** All but `/livez`, by path and query; undefined for a path that there is not. Does not throw. */
  readonly answer?: (address: string) => Promise<StatusAnswer | undefined>;
  /** Whoever asked is told 503 when there is no answer in this time; 10 s when left out. */
  readonly answerMs?: number;
}

export interface LoopWatch {
  /** Undefined without an address. */
  readonly port: number | undefined;
  stop(): Promise<void>;
}

/** What the thread that watches is given. */
export interface WatchedLoop {
  readonly writer: LoopWatchOptions['writer'];
  readonly logLevel: string;
  readonly blockedMs: number;
  readonly address?: LoopWatchOptions['address'];
  readonly answerMs: number;
  /** One number, which the loop counts up while it turns. */
  readonly turns: Int32Array<SharedArrayBuffer>;
  readonly tickMs: number;
}

/** From the thread, which cannot answer it by itself. */
export interface StatusQuestion {
  readonly id: number;
  /** Path and query. */
  readonly address: string;
}

/** To the thread. */
export interface StatusReply {
  readonly id: number;
  readonly answer: StatusAnswer | undefined;
}

// Run from source under the tests, and from dist otherwise: the thread is of the same kind as this file.
const fromSource = import.meta.url.endsWith('.ts');
const childUrl = new URL(fromSource ? './watch-loop-child.ts' : './watch-loop-child.js', import.meta.url);

/**
 * Watches the event loop of this process from another thread, which answers probes and writes to the log also while the
 * loop stands still.
 * @throws ConfigError when the address cannot be listened on
 */
export async function watchLoop(options: LoopWatchOptions): Promise<LoopWatch> {
  const { writer, logLevel, blockedMs, address, answer, answerMs = 10_000 } = options;
  const turns = new Int32Array(new SharedArrayBuffer(4));
  const tickMs = Math.max(1, Math.min(500, blockedMs / 10));
  const thread = new Worker(childUrl, {
    workerData: { writer, logLevel, blockedMs, address, answerMs, turns, tickMs } satisfies WatchedLoop,
  });
  const { port } = await opened(thread, options);
  thread.on('message', ({ id, address }: StatusQuestion) => {
    void (answer?.(address) ?? Promise.resolve(undefined)).then((found) =>
      thread.postMessage({ id, answer: found } satisfies StatusReply),
    );
  });
  thread.unref();
  const timer = setInterval(() => Atomics.add(turns, 0, 1), tickMs);
  timer.unref();
  return {
    port,
    async stop() {
      clearInterval(timer);
      await thread.terminate();
    },
  };
}

async function opened(thread: Worker, { writer, address }: LoopWatchOptions): Promise<{ port?: number }> {
  try {
    const [message] = (await once(thread, 'message')) as [{ port?: number }];
    return message;
  } catch (error) {
    if (!address) throw error;
    throw new ConfigError(writer.service ?? 'process', [
      `INTERMODAL_HEALTH_PORT is ${address.port} on ${address.host} (INTERMODAL_HEALTH_HOST), and cannot be opened: ${(error as Error).message}. ` +
        'Every process of a machine needs a port of its own; 0 takes any that is free.',
    ]);
  }
}
