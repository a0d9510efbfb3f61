import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface LoopWatchOptions {
  /** As the log calls it. */
  readonly process: string;
  readonly logLevel: string;
  /** A loop that stands still for longer is blocked. */
  readonly blockedMs: number;
  /** Where `GET /livez` is answered; 0 takes any free port; nowhere when left out. */
  readonly address?: { readonly host: string; readonly port: number } | undefined;
}

export interface LoopWatch {
  /** Undefined without an address. */
  readonly port: number | undefined;
  stop(): Promise<void>;
}

/** What the thread that watches is given. */
export interface WatchedLoop extends LoopWatchOptions {
  /** One number, which the loop counts up while it turns. */
  readonly turns: Int32Array<SharedArrayBuffer>;
  readonly tickMs: number;
}

// Run from source under the tests, and from dist otherwise: the thread is of the same kind as this file.
const fromSource = import.meta.url.endsWith('.ts');
const childUrl = new URL(fromSource ? './watch-loop-child.ts' : './watch-loop-child.js', import.meta.url);

/**
 * Watches the event loop of this process from another thread, which answers probes and writes to the log also while the
 * loop stands still.
 * @throws when the address cannot be listened on
 */
export async function watchLoop(options: LoopWatchOptions): Promise<LoopWatch> {
  const turns = new Int32Array(new SharedArrayBuffer(4));
  const tickMs = Math.max(1, Math.min(500, options.blockedMs / 10));
  const thread = new Worker(childUrl, { workerData: { ...options, turns, tickMs } satisfies WatchedLoop });
  const [{ port }] = (await once(thread, 'message')) as [{ port?: number }];
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
