import { setTimeout as delay } from 'node:timers/promises';
import { IntermodalError, showId, toIntermodalError, type Fault, type Ran } from '@intermodal/contracts';
import type { ClaimedTask, Delivery, Settlement } from '@intermodal/pipeline';
import { parentOfJob, type Span, type SpanOptions, type Tracing } from '@intermodal/telemetry';
import type { Logger } from 'pino';
import { fieldsOf } from './running-task.ts';
import type { Appetite, Place } from './appetite.ts';
import type { AbortReason, Held, Leases } from './leases.ts';
import type { TaskControl, TaskRun } from './run-task.ts';
import { isOutage } from './settle.ts';
import type { Slots } from './slots.ts';
import type { Telling } from './tellings.ts';

export interface TaskHandlerOptions {
  readonly slots: Slots;
  readonly appetite: Appetite;
  readonly leases: Leases;
  readonly claim: (taskId: string) => Promise<ClaimedTask | undefined>;
  /** See TaskRecords. */
  readonly begin: (task: ClaimedTask) => Promise<boolean>;
  readonly settle: (settlement: Settlement) => Promise<boolean>;
  /** To those who watch. */
  readonly telling: (task: ClaimedTask) => Telling;
  readonly run: (task: ClaimedTask, control: TaskControl) => Promise<TaskRun>;
  readonly tracing: Tracing;
  readonly log: Logger;
}

/** From a delivery to settlements. Never throws: what goes wrong is settled, or left to the lease and the sweeper. */
export class TaskHandler {
  readonly #options: TaskHandlerOptions;
  readonly #running = new Set<Promise<void>>();
  #draining = false;

  constructor(options: TaskHandlerOptions) {
    this.#options = options;
  }

  /** Deliveries that still wait for room are dropped: the sweeper sends them to somebody else. What is held goes on. */
  drain(): void {
    this.#draining = true;
    this.#options.appetite.release();
  }

  /** Resolves when every task that this process holds is settled, or lost. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async handle({ stage, tasks }: Delivery): Promise<void> {
    await Promise.all(tasks.map(({ id }) => this.#claim(stage, id)));
  }

  /** Runs tasks that came with a settlement. */
  accept(tasks: readonly ClaimedTask[]): void {
    for (const task of tasks) void this.#track(this.#work(task, this.#options.appetite.add(task.stage)));
  }

  async #claim(stage: string, taskId: string): Promise<void> {
    const { appetite, claim, log } = this.#options;
    const place = await appetite.take(stage);
    const askedAt = Date.now();
    const task = this.#draining
      ? undefined
      : await claim(taskId).catch((error: unknown) => {
          log.warn({ err: error, taskId }, 'task could not be claimed');
          return undefined;
        });
    // A duplicate, cancelled, or not due yet.
    if (task) await this.#track(this.#work(task, place, askedAt));
    else place[Symbol.dispose]();
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#running.add(work);
    await work.finally(() => this.#running.delete(work));
  }

  /** @param askedAt when it was claimed; left out of a task that came with a settlement */
  #work(task: ClaimedTask, given: Place, askedAt?: number): Promise<void> {
    const { tracing } = this.#options;
    const options = (): SpanOptions => spanOf(task, askedAt);
    return tracing.span(`task ${task.stage}`, options, (span) => {
      if (askedAt !== undefined) tracing.begin('claim', { startedAt: askedAt }).end();
      return this.#workWithin(span, task, given);
    });
  }

  async #workWithin(span: Span, task: ClaimedTask, given: Place): Promise<void> {
    using place = given;
    const { slots, leases } = this.#options;
    const held = leases.hold(task);
    // One process that ended may be chance, or company. After two, a task runs alone, and what comes of it is on record before
    // anything else begins: it is given up after the third, and that must not have been anybody else's.
    const isSuspect = task.crashes > 1;
    try {
      using slot = await (isSuspect ? slots.takeAll() : slots.take());
      // The room is free again before the settlement, which may fill it with what follows.
      const onPrepared = (): void => {
        if (!isSuspect) slot?.lend();
      };
      // Without a slot it would wait here for long tasks to end, and others may have nothing to do.
      const settlement = slot
        ? await this.#runHeld(task, held, onPrepared).finally(() => place.ran())
        : handedBack(task);
      tell(span, settlement);
      if (!isSuspect) slot?.[Symbol.dispose]();
      if (settlement)
        await this.#options.tracing.span('settle', {}, (settling) =>
          this.#settle(task, settlement, held, settling),
        );
    } finally {
      held.release();
    }
  }

  async #runHeld(task: ClaimedTask, held: Held, onPrepared: () => void): Promise<Settlement | undefined> {
    const { begin, log } = this.#options;
    await held.confirm();
    if (held.signal.reason === ('lost' satisfies AbortReason)) return undefined;
    if (held.signal.reason === ('drain' satisfies AbortReason)) return handedBack(task);
    if (task.crashes > 0) {
      const holds = await begin(task).catch((error: unknown) => {
        log.warn({ err: error, ...fieldsOf(task) }, 'task could not begin');
        return false;
      });
      // The lease ends by itself, and without a crash, because the task has not begun.
      if (!holds) return undefined;
    }
    const begun = performance.now();
    const settlement = await this.#run(task, held, onPrepared);
    this.#options.appetite.measured(task.stage, performance.now() - begun);
    return settlement;
  }

  /** Undefined when the lease is lost: then there is nothing that may be said. */
  async #run(task: ClaimedTask, held: Held, onPrepared: () => void): Promise<Settlement | undefined> {
    const { log } = this.#options;
    const base = { taskId: task.id, token: task.token };
    const telling = this.#options.telling(task);
    const timer = setTimeout(() => held.abort('timeout'), task.timeoutMs);
    let ran: Ran = {};
    try {
      const control: TaskControl = {
        signal: held.signal,
        progress: (fraction) => {
          held.progress(fraction);
          telling.progress(fraction);
        },
        partial: telling.partial,
        onRan: (known) => void (ran = known),
        onPrepared,
      };
      const run = await this.#options.run(task, control);
      return { ...base, ...ran, outcome: 'completed', ...run };
    } catch (thrown) {
      const reason = held.signal.aborted ? (held.signal.reason as AbortReason) : undefined;
      if (reason === 'lost') return undefined;
      if (reason === 'drain') return handedBack(task);
      const error = reason === 'timeout' ? timedOut(task) : toIntermodalError(thrown);
      log[error.kind === 'user' ? 'info' : 'error'](
        {
          err: error.kind === 'bug' ? thrown : undefined,
          code: error.code,
          ...fieldsOf(task),
        },
        error.message,
      );
      const retry = error.kind === 'operational';
      return {
        ...base,
        ...ran,
        outcome: 'failed',
        error: faultOf(error, task),
        retry,
        outage: isOutage(error),
      };
    } finally {
      clearTimeout(timer);
      // What was told is on its way before the settlement is announced.
      telling.flush();
    }
  }

  /** Tells the record until it hears, or until there is nobody to tell. A repeated settlement is the same as one. */
  async #settle(task: ClaimedTask, settlement: Settlement, held: Held, span: Span): Promise<void> {
    const { settle, log } = this.#options;
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2_000)) {
      try {
        if (!(await settle(settlement))) {
          span.set({ 'intermodal.outcome': 'fenced' });
          log.info({ ...fieldsOf(task) }, 'settlement was fenced');
        }
        return;
      } catch (error) {
        if (!isOutage(error)) {
          log.error({ err: error, ...fieldsOf(task) }, 'settlement was refused');
          if (settlement.outcome !== 'completed') return held.giveUp();
          settlement = refused(settlement);
        }
        // Lost, or draining with no time left: the lease will tell. A timeout is still to be told.
        if (held.signal.aborted && held.signal.reason !== ('timeout' satisfies AbortReason)) return;
        await delay(waitMs);
      }
    }
  }
}

const handedBack = ({ id, token }: ClaimedTask): Settlement => ({ taskId: id, token, outcome: 'released' });

const spanOf = (task: ClaimedTask, askedAt: number | undefined): SpanOptions => {
  const [stage, version] = task.stage.split('@');
  return {
    kind: 'consumer',
    parent: parentOfJob(task.trace ?? null, task.jobId),
    ...(askedAt !== undefined && { startedAt: askedAt }),
    attributes: {
      'intermodal.job.id': showId('job', task.jobId),
      'intermodal.task.id': showId('task', task.id),
      'intermodal.node': task.path,
      'intermodal.stage': stage!,
      'intermodal.stage.version': Number(version),
      'intermodal.attempt': task.attempt,
    },
  };
};

/** Undefined: the lease is lost. */
function tell(span: Span, settlement: Settlement | undefined): void {
  const { engine, model, device } = settlement ?? {};
  span.set({
    'intermodal.outcome': settlement?.outcome ?? 'lost',
    ...(engine !== undefined && { 'intermodal.engine': engine }),
    ...(model !== undefined && { 'intermodal.model': model }),
    ...(device !== undefined && { 'intermodal.device': device }),
  });
  if (settlement?.outcome === 'failed') span.fail(settlement.error.code);
}

const timedOut = (task: ClaimedTask): IntermodalError =>
  new IntermodalError(
    'stage.timeout',
    `${task.path}: ${task.stage} did not end within ${task.timeoutMs / 1000} s.`,
  );

/** What broke unforeseen is for the log: its message may name paths of this machine. */
const faultOf = (error: IntermodalError, task: ClaimedTask): Fault => ({
  code: error.code,
  message:
    error.code === 'internal.bug'
      ? `${task.path}: ${task.stage} broke unexpectedly; the worker's log says more under ${showId('task', task.id)}.`
      : error.message,
  ...(error.details === undefined ? {} : { details: error.details }),
});

/** An output that the database cannot hold (a NUL character in a text, say) fails its own task, and only that. */
const refused = ({ taskId, token }: Settlement): Settlement => ({
  taskId,
  token,
  outcome: 'failed',
  error: { code: 'stage.output_invalid', message: 'The output could not be recorded.' },
  retry: false,
  outage: false,
});
