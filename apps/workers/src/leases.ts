import type { ClaimedTask, TaskRecords, Unheard, WorkerInfo } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import type { Takings } from './takings.ts';

/** Why a task's signal aborted. Tells what, if anything, is to be settled. */
export type AbortReason = 'lost' | 'timeout' | 'drain';

export interface Held {
  readonly signal: AbortSignal;
  progress(fraction: number): void;
  abort(reason: AbortReason): void;
  /** The task was settled, or is lost. */
  release(): void;
  /** The record refuses whatever is said of this task: its lease is to end by itself, which is counted. */
  giveUp(): void;
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
  readonly #takings: Takings;
  readonly #onPutBack: (stages: readonly string[]) => void;
  readonly #held = new Map<string, Entry>();
  readonly #givenUp = new Set<string>();
  #lastBeat: { readonly at: string; readonly heardAt: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #beat: Promise<void> = Promise.resolve();

  constructor(
    records: TaskRecords,
    worker: WorkerInfo,
    options: {
      readonly intervalMs: number;
      /** Mean milliseconds of a task, by stage. */
      readonly pace: () => Readonly<Record<string, number>>;
      /** Calls that may lease tasks to this worker. */
      readonly takings: Takings;
      /** Hears of stages that have work, because a reply with leases never arrived. */
      readonly onPutBack: (stages: readonly string[]) => void;
      readonly log: Logger;
    },
  ) {
    this.#records = records;
    this.#worker = worker;
    this.#intervalMs = options.intervalMs;
    this.#pace = options.pace;
    this.#takings = options.takings;
    this.#onPutBack = options.onPutBack;
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
      giveUp: () => this.#givenUp.add(task.id),
    };
  }

  abortAll(reason: AbortReason): void {
    for (const { controller } of this.#held.values()) controller.abort(reason);
  }

  async #beatOnce(): Promise<void> {
    const entries = [...this.#held.values()];
    const leases = entries.map(({ task, progress }) => ({ taskId: task.id, token: task.token, progress }));
    const { held, at, waiting } = await this.#records.heartbeat(this.#worker, leases, this.#unheard());
    this.#lastBeat = { at, heardAt: performance.now() };
    if (waiting.length > 0) {
      this.#log.info({ stages: waiting }, 'tasks came with a reply that was lost; they are put back');
      this.#onPutBack(waiting);
    }
    const kept = new Set(held);
    for (const { task, controller } of entries) {
      if (kept.has(task.id) || !this.#held.has(task.token)) continue;
      this.#log.info({ jobId: task.jobId, task: task.path }, 'task was cancelled or its lease is lost');
      controller.abort('lost' satisfies AbortReason);
    }
    const pace = this.#pace();
    if (Object.keys(pace).length > 0) await this.#records.tellPace(pace);
  }

  /** Undefined while a call from before the last beat is still to answer: what it takes would seem to be nobody's. */
  #unheard(): Unheard | undefined {
    const last = this.#lastBeat;
    if (!last || !this.#takings.answeredUntil(last.heardAt)) return undefined;
    return { before: last.at, besides: [...this.#givenUp] };
  }
}
