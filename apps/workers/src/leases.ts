import type { ClaimedTask, TaskRecords, WorkerInfo } from '@intermodal/pipeline';
import type { Logger } from 'pino';

/** Why a task's signal aborted. Tells what, if anything, is to be settled. */
export type AbortReason = 'lost' | 'timeout' | 'drain';

export interface Held {
  readonly signal: AbortSignal;
  progress(fraction: number): void;
  abort(reason: AbortReason): void;
  /** The task was settled, or is lost. */
  release(): void;
}

interface Entry {
  readonly task: ClaimedTask;
  readonly controller: AbortController;
  progress: number | null;
}

/** All leases of this process, extended by one statement per beat. What does not come back is lost or cancelled. */
export class Leases {
  readonly #records: TaskRecords;
  readonly #worker: WorkerInfo;
  readonly #log: Logger;
  readonly #pace: () => Readonly<Record<string, number>>;
  readonly #intervalMs: number;
  readonly #held = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;
  #beat: Promise<void> = Promise.resolve();

  constructor(
    records: TaskRecords,
    worker: WorkerInfo,
    options: {
      readonly intervalMs: number;
      /** Mean milliseconds of a task, by stage. */
      readonly pace: () => Readonly<Record<string, number>>;
      readonly log: Logger;
    },
  ) {
    this.#records = records;
    this.#worker = worker;
    this.#intervalMs = options.intervalMs;
    this.#pace = options.pace;
    this.#log = options.log;
  }

  /** Tells the records at once that this worker is here, then beats until `stop`. */
  async start(): Promise<void> {
    await this.#beatOnce();
    const schedule = (): void => {
      this.#timer = setTimeout(() => {
        this.#beat = this.#beatOnce()
          .catch((error: unknown) => this.#log.warn({ err: error }, 'heartbeat failed'))
          .then(() => {
            if (this.#timer) schedule();
          });
      }, this.#intervalMs);
    };
    schedule();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#beat;
  }

  get count(): number {
    return this.#held.size;
  }

  hold(task: ClaimedTask): Held {
    const entry: Entry = { task, controller: new AbortController(), progress: null };
    this.#held.set(task.token, entry);
    return {
      signal: entry.controller.signal,
      progress: (fraction) => (entry.progress = Math.min(1, Math.max(0, fraction))),
      abort: (reason) => entry.controller.abort(reason),
      release: () => this.#held.delete(task.token),
    };
  }

  abortAll(reason: AbortReason): void {
    for (const { controller } of this.#held.values()) controller.abort(reason);
  }

  async #beatOnce(): Promise<void> {
    const entries = [...this.#held.values()];
    const leases = entries.map(({ task, progress }) => ({ taskId: task.id, token: task.token, progress }));
    const kept = new Set(await this.#records.heartbeat(this.#worker, leases));
    for (const { task, controller } of entries) {
      if (kept.has(task.id) || !this.#held.has(task.token)) continue;
      this.#log.info({ jobId: task.jobId, task: task.path }, 'task was cancelled or its lease is lost');
      controller.abort('lost' satisfies AbortReason);
    }
    const pace = this.#pace();
    if (Object.keys(pace).length > 0) await this.#records.tellPace(pace);
  }
}
