import { setTimeout as delay } from 'node:timers/promises';
import type { ClaimedTask, TaskRecords, Unheard, WorkerInfo } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { fieldsOf } from './running-task.ts';
import type { Takings } from './takings.ts';

/** Why a task's signal aborted. Tells what, if anything, is to be settled. */
export type AbortReason = 'lost' | 'timeout' | 'drain';

export interface Held {
  readonly signal: AbortSignal;
  /**
   * Aborts when the lease is lost. Asks the records only when no heartbeat has done so lately: this process may have been
   * stopped for so long that somebody else has the task. Waits for records that do not answer.
   */
  confirm(): Promise<void>;
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
  /** When the records last said that it is ours, by the clock of this process that never jumps. */
  confirmedAt: number;
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
  #beating: Promise<void> | undefined;

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
    const controller = new AbortController();
    const entry: Entry = { task, controller, progress: null, confirmedAt: performance.now() };
    this.#held.set(task.token, entry);
    return {
      signal: controller.signal,
      confirm: () => this.#confirm(entry),
      progress: (fraction) => (entry.progress = Math.min(1, Math.max(0, fraction))),
      abort: (reason) => controller.abort(reason),
      release: () => this.#held.delete(task.token),
      giveUp: () => this.#givenUp.add(task.id),
    };
  }

  abortAll(reason: AbortReason): void {
    for (const { controller } of this.#held.values()) controller.abort(reason);
  }

  async #confirm({ controller: { signal }, confirmedAt }: Entry): Promise<void> {
    // The lease is at least two beats long.
    if (performance.now() - confirmedAt <= 2 * this.#intervalMs) return;
    while (!signal.aborted) {
      try {
        return await this.#beatOnce();
      } catch {
        // Nothing could be settled now, either.
        await delay(this.#intervalMs, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Whoever asks while one is under way gets that one. */
  #beatOnce(): Promise<void> {
    this.#beating ??= this.#sendBeat().finally(() => (this.#beating = undefined));
    return this.#beating;
  }

  async #sendBeat(): Promise<void> {
    const sentAt = performance.now();
    const entries = [...this.#held.values()];
    const leases = entries.map(({ task, progress }) => ({ taskId: task.id, token: task.token, progress }));
    const { held, at, waiting } = await this.#records.heartbeat(this.#worker, leases, this.#unheard());
    this.#lastBeat = { at, heardAt: performance.now() };
    if (waiting.length > 0) {
      this.#log.info({ stages: waiting }, 'tasks came with a reply that was lost; they are put back');
      this.#onPutBack(waiting);
    }
    const kept = new Set(held);
    for (const entry of entries) {
      const { task, controller } = entry;
      if (kept.has(task.id)) entry.confirmedAt = sentAt;
      if (kept.has(task.id) || !this.#held.has(task.token)) continue;
      this.#log.info({ ...fieldsOf(task) }, 'task was cancelled or its lease is lost');
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
