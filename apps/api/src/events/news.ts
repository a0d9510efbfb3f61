import { setTimeout as after } from 'node:timers/promises';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { JobNews, TaskQueue } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { LOG, QUEUE } from '../parts.ts';

const LISTEN_AGAIN_MS = 5_000;

export interface Watch extends Disposable {
  /** A pause, whatever is heard; that is given by the next call of `next`. */
  rest(durationMs: number, signal: AbortSignal): Promise<void>;
  /** What was heard since the last call: at once, as soon as there is something, or nothing when the time is over or the signal aborts. */
  next(durationMs: number, signal: AbortSignal): Promise<ReadonlySet<JobNews>>;
}

interface Watcher {
  heard: Set<JobNews>;
  wake: () => void;
}

/** Hears of jobs through the transport. Best effort: whoever watches a job also looks now and then. */
@Injectable()
export class News implements OnModuleInit, BeforeApplicationShutdown {
  readonly #queue: TaskQueue;
  readonly #log: Logger;
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #closing = new AbortController();
  #listening: Promise<void> = Promise.resolve();

  constructor(@Inject(QUEUE) queue: TaskQueue, @Inject(LOG) log: Logger) {
    this.#queue = queue;
    this.#log = log;
  }

  /** Aborts when the API drains: whoever waits comes to an end. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  onModuleInit(): void {
    this.#listening = this.#listen(this.#closing.signal);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#closing.abort();
    await this.#listening;
  }

  /** Nothing that is heard from now on is missed, also between two calls of `next`. */
  watch(jobId: string): Watch {
    const watcher: Watcher = { heard: new Set(), wake: () => {} };
    const watchers = this.#watchers.get(jobId) ?? new Set();
    this.#watchers.set(jobId, watchers.add(watcher));
    return {
      rest: (durationMs, signal) => after(durationMs, undefined, { signal }).catch(() => {}),
      async next(durationMs, signal) {
        if (watcher.heard.size === 0) {
          const woken = new AbortController();
          watcher.wake = () => woken.abort();
          // An abort is what was hoped for.
          await after(durationMs, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(
            () => {},
          );
        }
        const { heard } = watcher;
        watcher.heard = new Set();
        return heard;
      },
      [Symbol.dispose]: () => {
        watchers.delete(watcher);
        if (watchers.size === 0 && this.#watchers.get(jobId) === watchers) this.#watchers.delete(jobId);
      },
    };
  }

  async #listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const listener = await this.#queue.listen((jobId, news) => {
          for (const watcher of this.#watchers.get(jobId) ?? []) {
            watcher.heard.add(news);
            watcher.wake();
          }
        });
        await new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
        await listener.close();
      } catch (error) {
        this.#log.warn({ err: error }, 'announcements cannot be heard; jobs are looked at each second');
        await after(LISTEN_AGAIN_MS, undefined, { signal }).catch(() => {});
      }
    }
  }
}
