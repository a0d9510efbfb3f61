import { Inject, Injectable } from '@nestjs/common';
import { FINAL_JOB_STATES, isErrorCode, IntermodalError, showId, type JobEvent } from '@intermodal/contracts';
import type { EventRecords, JobNews, JobNow, TaskChange, TaskQueue, TellingKept } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { EVENTS, LOG, QUEUE } from '../parts.ts';
import { showCursor, type JobCursor } from './job-cursor.ts';
import { News } from './news.ts';
import { retryWhileAway } from './retry-while-away.ts';

/** Who is woken by nothing looks this often: then Redis is away, or a task was only begun, which nobody announces. */
const POLL_MS = 1_000;
/** Between two looks at least, and at least twice as long as a look takes: jobs of thousands of tasks change all the time. */
const REST_MS = 30;
const TASKS_AT_ONCE = 500;
const PIECES_AT_ONCE = 200;
const EVERYTHING: ReadonlySet<JobNews> = new Set(['changed', 'told']);

export interface StreamedEvent<Event> {
  /** Whoever gives it goes on after this event. */
  readonly id: string;
  readonly event: Event;
}

/** What happens to a job: changes of state out of the records, each once; and what its tasks tell meanwhile, best effort. */
@Injectable()
export class JobStream {
  readonly #events: EventRecords;
  readonly #queue: TaskQueue;
  readonly #news: News;
  readonly #log: Logger;

  constructor(
    @Inject(EVENTS) events: EventRecords,
    @Inject(QUEUE) queue: TaskQueue,
    @Inject(News) news: News,
    @Inject(LOG) log: Logger,
  ) {
    this.#events = events;
    this.#queue = queue;
    this.#news = news;
    this.#log = log;
  }

  /** Ends after the last event, when the signal aborts, or when the API drains; then whoever wants more comes again. */
  async *follow(
    tenantId: string,
    jobId: string,
    from: JobCursor,
    given: AbortSignal,
  ): AsyncGenerator<StreamedEvent<JobEvent>> {
    const signal = AbortSignal.any([given, this.#news.closing]);
    using watch = this.#news.watch(jobId);
    const job = showId('job', jobId);
    let cursor = from;
    const tell = (event: JobEvent, next: JobCursor): StreamedEvent<JobEvent> => {
      cursor = next;
      return { id: showCursor(next), event };
    };
    for (let news = EVERYTHING; !signal.aborted && cursor.job !== 'ended';) {
      const begunMs = performance.now();
      const isWhole = news.size === 0 || news.has('changed');
      const now = isWhole
        ? await retryWhileAway(() => this.#events.jobNow(tenantId, jobId), signal, this.#log)
        : undefined;
      if (isWhole && !now) return;
      if (now?.startedAt && cursor.job === 'queued')
        yield tell(
          { type: 'job.running', job, at: now.startedAt.toISOString() },
          { ...cursor, job: 'running' },
        );
      // Read after the state of the job: so all that a task told comes before its end.
      for await (const { id, message } of this.#told(jobId, cursor.told))
        yield tell(pieceEvent(job, message), { ...cursor, told: id });
      if (now) {
        const spans = [...(cursor.page ? [cursor.page] : []), { now: now.now, after: '0' }];
        for (const span of spans) {
          for await (const { change, isLast } of this.#changes(jobId, cursor.seen, span, signal)) {
            const page = { now: span.now, after: change.seq };
            const next = isLast ? { seen: span.now, page: undefined } : { page };
            yield tell(changeEvent(job, change), { ...cursor, ...next });
          }
          if (signal.aborted) return;
          cursor = { ...cursor, seen: span.now, page: undefined };
        }
        if (FINAL_JOB_STATES.includes(now.state))
          yield tell(lastEvent(job, now), { ...cursor, job: 'ended' });
      }
      if (cursor.job === 'ended') return;
      await watch.rest(Math.max(REST_MS, 2 * (performance.now() - begunMs)), signal);
      news = await watch.next(POLL_MS, signal);
    }
  }

  async *#told(jobId: string, after: string | undefined): AsyncGenerator<TellingKept> {
    for (let last = after; ;) {
      // Without the transport there are none, and nobody waits for it.
      const kept = await this.#queue.told(jobId, last, PIECES_AT_ONCE).catch(() => []);
      yield* kept;
      if (kept.length < PIECES_AT_ONCE) return;
      last = kept.at(-1)!.id;
    }
  }

  async *#changes(
    jobId: string,
    seen: string | undefined,
    { now, after }: { readonly now: string; readonly after: string },
    signal: AbortSignal,
  ): AsyncGenerator<{ change: TaskChange; isLast: boolean }> {
    if (seen === now) return;
    for (let last = after; ;) {
      const span = { seen, now, after: last, limit: TASKS_AT_ONCE };
      const changes = await retryWhileAway(() => this.#events.taskChanges(jobId, span), signal, this.#log);
      if (!changes) return;
      const isEnd = changes.length < TASKS_AT_ONCE;
      for (const change of changes) yield { change, isLast: isEnd && change === changes.at(-1) };
      if (isEnd) return;
      last = changes.at(-1)!.seq;
    }
  }
}

const pieceEvent = (job: string, message: TellingKept['message']): JobEvent => {
  const { path, attempt } = message;
  return 'partial' in message
    ? { type: 'task.partial', job, path, attempt, index: message.index, value: message.partial }
    : { type: 'task.progress', job, path, attempt, progress: message.progress };
};

function changeEvent(job: string, change: TaskChange): JobEvent {
  const { path, stage, attempt, state, startedAt, finishedAt } = change;
  const task = { job, path, stage, attempt };
  const error = change.error && isErrorCode(change.error.code) ? { error: change.error } : {};
  const isEach = stage === null;
  if (state === 'running')
    return {
      type: 'task.started',
      ...task,
      ...(isEach && { items: change.items }),
      at: (startedAt ?? new Date()).toISOString(),
    };
  if (state === 'ready' || state === 'waiting') return { type: 'task.retrying', ...task, ...error };
  const seconds = startedAt && finishedAt ? (finishedAt.getTime() - startedAt.getTime()) / 1000 : null;
  const ended = {
    ...task,
    ...(change.engine && { engine: change.engine }),
    ...(change.model && { model: change.model }),
    ...(change.device && { device: change.device }),
    seconds: seconds === null ? null : Math.max(0, seconds),
    at: (finishedAt ?? new Date()).toISOString(),
  };
  if (state === 'completed')
    return { type: 'task.completed', ...ended, ...(change.kept && { kept: true as const }) };
  if (state === 'cancelled') return { type: 'task.cancelled', ...ended };
  return { type: state === 'failed' ? 'task.failed' : 'task.skipped', ...ended, ...error };
}

function lastEvent(job: string, { state, error, finishedAt }: JobNow): JobEvent {
  const at = (finishedAt ?? new Date()).toISOString();
  if (state === 'completed') return { type: 'job.completed', job, at };
  if (state !== 'failed' && state !== 'cancelled')
    throw new IntermodalError('internal.bug', `A job that is ${state} has not ended.`);
  return { type: `job.${state}`, job, ...(error && { error }), at };
}
