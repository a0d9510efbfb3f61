import { Inject, Injectable } from '@nestjs/common';
import { FINAL_BATCH_STATES, IntermodalError, type BatchEvent, type BatchView } from '@intermodal/contracts';
import type { BatchRecords } from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { setTimeout as after } from 'node:timers/promises';
import { BatchViews } from '../batches/batch-views.ts';
import { BATCHES, LOG } from '../parts.ts';
import type { StreamedEvent } from './job-stream.ts';
import { News } from './news.ts';
import { retryWhileAway } from './retry-while-away.ts';

/** Counting the rows of a large batch takes a while: the pause is also ten times as long as that. */
const POLL_MS = 500;

/** How far a batch is. Its cursor is what was told last: who has seen that is told when it differs. */
@Injectable()
export class BatchStream {
  readonly #batches: BatchRecords;
  readonly #views: BatchViews;
  readonly #news: News;
  readonly #log: Logger;

  constructor(
    @Inject(BATCHES) batches: BatchRecords,
    @Inject(BatchViews) views: BatchViews,
    @Inject(News) news: News,
    @Inject(LOG) log: Logger,
  ) {
    this.#batches = batches;
    this.#views = views;
    this.#news = news;
    this.#log = log;
  }

  /** Ends as the stream of a job does. */
  async *follow(
    tenantId: string,
    batchId: string,
    from: string | undefined,
    given: AbortSignal,
  ): AsyncGenerator<StreamedEvent<BatchEvent>> {
    const signal = AbortSignal.any([given, this.#news.closing]);
    let told = from;
    while (!signal.aborted) {
      const begunMs = performance.now();
      const record = await retryWhileAway(() => this.#batches.get(tenantId, batchId), signal, this.#log);
      if (!record) return;
      const view = this.#views.line(record);
      const id = batchCursor(view);
      if (id !== told) yield { id, event: eventOf(view) };
      told = id;
      if (FINAL_BATCH_STATES.includes(view.status)) return;
      const pauseMs = Math.max(POLL_MS, 10 * (performance.now() - begunMs));
      await after(pauseMs, undefined, { signal }).catch(() => {});
    }
  }
}

const batchCursor = ({ status, counts }: BatchView): string => [status, ...Object.values(counts)].join('.');

/** @throws IntermodalError `request.invalid` */
export function readBatchCursor(text: string | undefined): { cursor: string | undefined; isEnd: boolean } {
  const [status, ...counts] = (text ?? '').split('.');
  if (text !== undefined && !(/^[a-z]+$/.test(status!) && counts.every((count) => /^\d{1,9}$/.test(count))))
    throw new IntermodalError(
      'request.invalid',
      'Last-Event-ID: send the id of an event of this stream as it was received, or none to begin anew.',
    );
  return { cursor: text, isEnd: FINAL_BATCH_STATES.some((final) => final === status) };
}

function eventOf({ id, status, counts, percent }: BatchView): BatchEvent {
  const fields = { batch: id, status, counts, percent };
  if (status === 'completed' || status === 'failed' || status === 'cancelled')
    return { type: `batch.${status}`, ...fields };
  return { type: 'batch.progress', ...fields };
}
