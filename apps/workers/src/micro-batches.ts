import { setImmediate } from 'node:timers/promises';
import { IntermodalError, type Ran } from '@intermodal/contracts';
import {
  canonicalJson,
  stageKey,
  type BatchContext,
  type MicroBatching,
  type Stage,
  type StageContext,
} from '@intermodal/pipeline';
import type { Span, Tracing } from '@intermodal/telemetry';
import { Arrivals } from './arrivals.ts';

interface Waiting {
  readonly item: unknown;
  readonly signal: AbortSignal;
  readonly since: number;
  /** Of its task. */
  readonly span: Span;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Tasks that may go through one call: of one stage and version, with the same params, engines and bucket. */
interface Group {
  readonly stage: string;
  readonly model: string;
  readonly batch: MicroBatching;
  readonly context: Omit<BatchContext, 'signal'>;
  waiting: Waiting[];
  /** One call at a time: what comes meanwhile is the next. */
  isCalling: boolean;
  /** Less than the stage allows, once so many did not fit into memory. */
  maxItems: number;
}

/** One call of a model. */
export interface MicroBatch {
  readonly stage: string;
  /** What runs it: the model, or the engine where it has none. */
  readonly model: string;
  readonly items: number;
  /** How long the first of them waited for it. */
  readonly waitedMs: number;
}

/**
 * Collects tasks of any jobs into calls of a model. While a call is under way, whatever becomes ready is the next one; otherwise a
 * task waits for those that are being prepared, and no longer than its stage says. Who is alone does not wait.
 */
export class MicroBatches {
  readonly #groups = new Map<string, Group>();
  readonly #arrivals = new Arrivals();
  readonly #tracing: Tracing;
  readonly #onCall: (call: MicroBatch) => void;

  constructor(tracing: Tracing, onCall: (call: MicroBatch) => void) {
    this.#tracing = tracing;
    this.#onCall = onCall;
  }

  /**
   * @param ran what will run it: models are never mixed
   * @param onPrepared called when only the model is to be waited for; not where the task goes by itself
   * @param span that waits for the call
   * @throws what the stage throws for this task, and for no other
   */
  async run(
    stage: Stage,
    batch: MicroBatching,
    input: unknown,
    context: StageContext,
    { ran, onPrepared, span }: { readonly ran: Ran; readonly onPrepared: () => void; readonly span: Span },
  ): Promise<unknown> {
    const name = stageKey(stage);
    using coming = this.#arrivals.expect(name);
    const item = await batch.prepare(input, context);
    const { needs, params, log, signal } = context;
    signal.throwIfAborted();
    const bucket = batch.bucketOf ? batch.bucketOf(item) : '';
    if (bucket === null) {
      coming[Symbol.dispose]();
      const [result] = await batch.run([item], { needs, params, log, signal });
      if (result instanceof Error) throw result;
      return result;
    }
    const key = canonicalJson([name, params, ran, bucket]);
    const group = this.#groups.get(key) ?? {
      ...{ stage: name, model: ran.model ?? ran.engine ?? '', batch, context: { needs, params, log } },
      ...{ waiting: [], isCalling: false, maxItems: batch.maxItems },
    };
    this.#groups.set(key, group);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    group.waiting.push({ item, signal, since: performance.now(), span, resolve, reject });
    coming[Symbol.dispose]();
    if (!group.isCalling) void this.#work(key, group);
    onPrepared();
    return await promise;
  }

  async #work(key: string, group: Group): Promise<void> {
    const { stage, batch } = group;
    group.isCalling = true;
    // What begins in the same turn of the event loop travels together.
    await setImmediate();
    while (group.waiting.length > 0) {
      await this.#arrivals.wait(stage, batch.maxDelayMs, () => group.waiting.length >= group.maxItems);
      group.waiting = group.waiting.filter(({ signal }) => !signal.aborted);
      const items = group.waiting.splice(0, group.maxItems);
      if (items.length > 0) await this.#call(group, items);
    }
    group.isCalling = false;
    // One that knows what fits is kept: there are few.
    if (group.maxItems === batch.maxItems) this.#groups.delete(key);
  }

  /** Settles every item. */
  async #call(group: Group, items: readonly Waiting[]): Promise<void> {
    const { stage, model, batch, context } = group;
    this.#onCall({ stage, model, items: items.length, waitedMs: performance.now() - items[0]!.since });
    using signal = whenAllAbort(items.map((item) => item.signal));
    try {
      const results = await this.#traced(stage, items, () =>
        batch.run(
          items.map(({ item }) => item),
          { ...context, signal: signal.all },
        ),
      );
      if (results.length !== items.length)
        throw new Error(`${stage} gave ${results.length} results for ${items.length} tasks.`);
      for (const [i, { resolve, reject }] of items.entries())
        if (results[i] instanceof Error) reject(results[i]);
        else resolve(results[i]);
    } catch (error) {
      if (items.length === 1 || signal.all.aborted) {
        for (const { reject } of items) reject(error);
        return;
      }
      const half = Math.ceil(items.length / 2);
      if (error instanceof IntermodalError && error.code === 'model.out_of_memory')
        group.maxItems = Math.min(group.maxItems, half);
      await this.#call(group, items.slice(0, half));
      await this.#call(group, items.slice(half));
    }
  }

  /** In the trace of the first task; the others and it name each other. */
  #traced<Result>(stage: string, items: readonly Waiting[], work: () => Promise<Result>): Promise<Result> {
    const [first, ...others] = items.map(({ span }) => span);
    const options = {
      parent: first!.traceparent,
      links: others.map(({ traceparent }) => traceparent),
      attributes: { 'intermodal.stage': stage, 'intermodal.batch.items': items.length },
    };
    return this.#tracing.span(`micro-batch ${stage}`, options, (span) => {
      for (const other of others) other.link(span.traceparent);
      return work();
    });
  }
}

/** Aborts when the last of them does. */
function whenAllAbort(signals: readonly AbortSignal[]): Disposable & { readonly all: AbortSignal } {
  const controller = new AbortController();
  const left = new Set(signals.filter((signal) => !signal.aborted));
  const endings = signals.map((signal) => {
    const end = (): void => {
      left.delete(signal);
      if (left.size === 0) controller.abort(signal.reason);
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
    return () => signal.removeEventListener('abort', end);
  });
  return { all: controller.signal, [Symbol.dispose]: () => endings.forEach((remove) => remove()) };
}
