import { IntermodalError } from '@intermodal/contracts';
import type { Device, HostedCall } from '@intermodal/models';
import pLimit, { type LimitFunction } from 'p-limit';
import { untilAborted } from '../until-aborted.ts';
import { HostProcess, type HostProcessOptions } from './host-process.ts';
import { megabytes, type Holding, type MemoryBudget } from './memory-budget.ts';

export interface ModelHostOptions {
  readonly process: HostProcessOptions;
  readonly budget: MemoryBudget;
  /** What it is thought to need, until that is measured. */
  readonly estimateBytes: number;
  readonly pinned: boolean;
  readonly idleMs: number;
  readonly onEvent: (event: HostEvent) => void;
}

/** What happens to the processes of models; for the log, and for tests. */
export type HostEvent = { readonly model: string; readonly device: Device; readonly pid: number } & (
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly bytes: number; readonly tookMs: number }
  | { readonly kind: 'ended'; readonly why: EndReason }
);

/** `aborted`: whoever called it no longer wanted the answer. An error code: that is what the call failed with. */
export type EndReason = 'evicted' | 'idle' | 'closed' | 'aborted' | IntermodalError['code'];

interface Starting {
  readonly process: Promise<HostProcess>;
  readonly stop: AbortController;
  /** By how many calls. */
  wanted: number;
}

type Work<Result> = (process: HostProcess) => Promise<Result>;

/** Counts every use of every host. */
let uses = 0;

/**
 * One model on one device. A native run blocks the thread that it is in and cannot be stopped there: so it is kept out of the
 * worker, and stopped by ending its process. That is started when the model is called, and again after it ended. Calls take
 * turns, so that ending one harms no other, unless the spec says that its library runs several at once.
 */
export class ModelHost implements Holding {
  readonly #options: ModelHostOptions;
  readonly #closing = new AbortController();
  readonly #turns: LimitFunction;
  readonly #called = new Set<Promise<unknown>>();
  #process: HostProcess | undefined;
  #starting: Starting | undefined;
  #bytes: number;
  #bytesAtStart: number;
  #isReady = false;
  #running = 0;
  #usedAt = 0;
  #why: EndReason | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: ModelHostOptions) {
    this.#options = options;
    this.#turns = pLimit(options.process.spec.atOnce ?? 1);
    this.#bytes = this.#bytesAtStart = options.estimateBytes;
  }

  get name(): string {
    return this.#options.process.spec.name;
  }

  get device(): Device {
    return this.#options.process.device;
  }

  get pinned(): boolean {
    return this.#options.pinned;
  }

  /** The process that holds the model now. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get isLoaded(): boolean {
    return this.#isReady && this.#process !== undefined && !this.#process.isOver;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get usedAt(): number {
    return this.#usedAt;
  }

  get isIdle(): boolean {
    return this.#process !== undefined && !this.#process.isOver && this.#running === 0;
  }

  evict(): Promise<void> {
    return this.#end(this.#closedError(), 'evicted');
  }

  /** Throws like `call`. */
  async load(signal: AbortSignal): Promise<void> {
    await this.#inTurn(() => Promise.resolve(), signal);
  }

  /** See HostedModel. */
  call(request: unknown, options: HostedCall): Promise<unknown> {
    return this.#inTurn((process) => process.call(request, options), options.signal);
  }

  /** Ends the process, fails what runs and waits, and resolves when nothing is left. */
  async close(): Promise<void> {
    this.#closing.abort(this.#closedError());
    await this.#end(this.#closedError(), 'closed');
    await Promise.allSettled(this.#called);
    await this.#end(this.#closedError(), 'closed');
  }

  /** What it takes now, and how much of that is more than it was let in with. Undefined when it is not loaded. */
  measure(): { readonly bytes: number; readonly moreBytes: number } | undefined {
    const memory = this.#process?.memory();
    return memory && { bytes: memory.bytes, moreBytes: memory.bytes - this.#bytesAtStart };
  }

  /** Ends what has outgrown the memory that there is. */
  async endOvergrown(bytes: number): Promise<void> {
    const { limitBytes, setting } = this.#options.budget;
    const what = this.#isReady ? 'was ended: it' : 'could not be loaded: it';
    const sentence =
      `The model ${this.name} ${what} had grown to ${megabytes(bytes)}, and all models together may take ` +
      `${megabytes(limitBytes)} here. Raise ${setting}, or give it less at a time.`;
    const code = this.#isReady ? 'model.out_of_memory' : 'model.too_large';
    await this.#end(new IntermodalError(code, sentence), code);
  }

  #inTurn<Result>(work: Work<Result>, signal: AbortSignal): Promise<Result> {
    const mine = this.#turns(() => this.#work(work, signal)).finally(() => this.#called.delete(mine));
    this.#called.add(mine);
    return untilAborted(mine, signal);
  }

  async #work<Result>(work: Work<Result>, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    clearTimeout(this.#idleTimer);
    this.#running++;
    this.#usedAt = ++uses;
    try {
      const process = await this.#opened(signal);
      const result = await work(process);
      this.#learn(process);
      return result;
    } finally {
      this.#running--;
      this.#rest();
    }
  }

  /** The process, which calls that come while it is started share; it is given up when none of them wants it any more. */
  async #opened(signal: AbortSignal): Promise<HostProcess> {
    // The last call, or who needed its room, has ended it.
    if (this.#process?.isOver) await this.#process.ended;
    if (this.#process && this.#isReady) return this.#process;
    // Whoever it was started for has left: that one ends.
    if (this.#starting?.stop.signal.aborted) await this.#starting.process.catch(() => {});
    const starting = (this.#starting ??= this.#startShared());
    starting.wanted++;
    const leave = () => {
      if (--starting.wanted === 0) starting.stop.abort(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await starting.process;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #startShared(): Starting {
    const stop = new AbortController();
    const process = this.#start(stop.signal).finally(() => (this.#starting = undefined));
    return { stop, process, wanted: 0 };
  }

  async #start(signal: AbortSignal): Promise<HostProcess> {
    const { budget, process: options, onEvent } = this.#options;
    const stopped = AbortSignal.any([signal, this.#closing.signal]);
    await options.spec.check?.();
    await budget.admit(this, stopped);
    const begunAt = performance.now();
    this.#bytesAtStart = this.#bytes;
    const process = new HostProcess(options);
    this.#process = process;
    void process.ended.then(() => this.#left(process));
    const about = { model: this.name, device: this.device, pid: process.pid ?? 0 };
    onEvent({ ...about, kind: 'loading' });
    const stop = () => void this.#end(stopped.reason as Error, signal.aborted ? 'aborted' : 'closed');
    stopped.addEventListener('abort', stop, { once: true });
    try {
      await process.ready;
      stopped.throwIfAborted();
      await this.#settle(process);
      const tookMs = Math.round(performance.now() - begunAt);
      onEvent({ ...about, kind: 'loaded', bytes: this.#bytes, tookMs });
      return process;
    } catch (error) {
      await process.end(error as Error);
      stopped.throwIfAborted();
      throw error;
    } finally {
      stopped.removeEventListener('abort', stop);
    }
  }

  /** From here on what was measured counts, and not what was thought. */
  async #settle(process: HostProcess): Promise<void> {
    const { budget } = this.#options;
    const memory = this.device === 'cpu' ? process.memory() : undefined;
    if (memory) this.#bytes = this.#bytesAtStart = memory.peakBytes;
    const tooLarge = budget.tooLarge(this);
    if (tooLarge) throw tooLarge;
    this.#isReady = true;
    if (budget.freeBytes < 0) await budget.shrink(-budget.freeBytes);
    budget.changed();
  }

  /** What a call needed that succeeded is what it will need. Never so much that it could not be let in again. */
  #learn(process: HostProcess): void {
    const memory = this.device === 'cpu' ? process.memory() : undefined;
    if (memory)
      this.#bytes = Math.min(
        Math.max(this.#bytes, memory.peakBytes),
        Math.max(this.#bytes, this.#options.budget.mostFor(this)),
      );
  }

  /** Between two calls others may take its place, and after a while it gives it up. */
  #rest(): void {
    this.#options.budget.changed();
    if (!this.isIdle || this.pinned) return;
    this.#idleTimer = setTimeout(() => void this.#end(this.#closedError(), 'idle'), this.#options.idleMs);
    this.#idleTimer.unref();
  }

  async #end(reason: Error, why: EndReason): Promise<void> {
    clearTimeout(this.#idleTimer);
    const process = this.#process;
    if (!process) return;
    if (!process.isOver) this.#why = why;
    await process.end(reason);
  }

  /** Once, when a process has ended. */
  #left(process: HostProcess): void {
    const why = this.#why ?? process.endedBy;
    this.#process = undefined;
    this.#isReady = false;
    this.#why = undefined;
    this.#options.budget.leave(this);
    const about = { model: this.name, device: this.device, pid: process.pid ?? 0 };
    this.#options.onEvent({ ...about, kind: 'ended', why });
  }

  #closedError(): Error {
    return new Error(`The host of ${this.name} is closed.`);
  }
}
