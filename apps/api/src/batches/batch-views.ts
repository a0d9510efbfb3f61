import { Inject, Injectable } from '@nestjs/common';
import {
  FINAL_JOB_STATES,
  JOB_STATES,
  showId,
  type BatchResult,
  type BatchState,
  type BatchView,
} from '@intermodal/contracts';
import {
  restoreSpilled,
  type ArtifactStore,
  type BatchRecord,
  type BatchRecords,
  type BatchRowRecord,
} from '@intermodal/pipeline';
import { BATCHES, STORE } from '../parts.ts';

const ERRORS_SHOWN = 20;
/** Rows of the results that are read at a time. */
const PAGE = 100;
/** What is read from the store for one row, at most. Beyond it a value is shown as its artifact. */
const READ_MAX_BYTES = 8_000_000;

/** Batches and their rows, as people see them. */
@Injectable()
export class BatchViews {
  readonly #batches: BatchRecords;
  readonly #store: ArtifactStore;

  constructor(@Inject(BATCHES) batches: BatchRecords, @Inject(STORE) store: ArtifactStore) {
    this.#batches = batches;
    this.#store = store;
  }

  async view(batch: BatchRecord): Promise<BatchView> {
    const invalid = batch.invalid === 0 ? [] : await this.#batches.invalidRows(batch.id, ERRORS_SHOWN);
    return {
      ...this.line(batch),
      errors: invalid.map(({ line, customId, error }) => ({
        line,
        ...(customId !== null && { customId }),
        ...error!,
      })),
    };
  }

  /** One of many: without its errors. */
  line(batch: BatchRecord): BatchView {
    const { total, invalid, jobs } = batch;
    const unread = total - invalid - JOB_STATES.reduce((sum, state) => sum + jobs[state], 0);
    const open = jobs.queued + jobs.running + (isFinal(batch) ? 0 : unread);
    return {
      id: showId('batch', batch.id),
      pipeline: batch.pipeline,
      status: statusOf(batch),
      counts: { total, ...jobs, invalid, unread },
      // Rounded down: 100 means all of them.
      percent: Math.floor((1000 * (total - open)) / total) / 10,
      ...(batch.error && { error: batch.error }),
      errors: [],
      metadata: batch.metadata,
      ...(batch.retryOf !== null && { retryOf: showId('batch', batch.retryOf) }),
      ...(batch.retriedBy !== null && { retriedBy: showId('batch', batch.retriedBy) }),
      createdAt: batch.createdAt.toISOString(),
      startedAt: batch.startedAt?.toISOString() ?? null,
      finishedAt: batch.finishedAt?.toISOString() ?? null,
    };
  }

  /** JSON lines, read page by page while they are being sent. */
  results(batchId: string, signal: AbortSignal): AsyncGenerator<string> {
    return this.#lines((page) => this.#batches.rows(batchId, page), signal);
  }

  /** The same of rows with an error. */
  errors(batchId: string, signal: AbortSignal): AsyncGenerator<string> {
    return this.#lines((page) => this.#batches.badRows(batchId, page), signal);
  }

  async *#lines(
    read: (page: { afterLine: number; limit: number }) => Promise<BatchRowRecord[]>,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    for (let afterLine = 0; ;) {
      const rows = await read({ afterLine, limit: PAGE });
      for (const row of rows) yield `${JSON.stringify(await this.#resultOf(row, signal))}\n`;
      if (rows.length < PAGE) return;
      afterLine = rows.at(-1)!.line;
    }
  }

  async #resultOf(row: BatchRowRecord, signal: AbortSignal): Promise<BatchResult> {
    const reading = { store: this.#store, maxBytes: READ_MAX_BYTES, signal };
    const output = row.output && (await restoreSpilled(row.output, reading));
    return {
      custom_id: row.customId,
      line: row.line,
      status: row.state ?? 'invalid',
      ...(row.jobId !== null && { job: showId('job', row.jobId) }),
      ...(output !== null && { output: output as BatchResult['output'] }),
      ...(row.error && { error: row.error }),
    };
  }
}

const isFinal = ({ state }: BatchRecord): boolean => state !== 'validating' && state !== 'open';

function statusOf({ state, jobs, startedAt }: BatchRecord): BatchState {
  if (state !== 'open') return state;
  const begun = startedAt !== null || FINAL_JOB_STATES.some((final) => jobs[final] > 0);
  return begun ? 'running' : 'queued';
}
