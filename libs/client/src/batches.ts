import {
  FINAL_BATCH_STATES,
  isLastBatchEvent,
  type AnswerOf,
  type BatchEvent,
  type BatchResult,
  type QueryOf,
  type SubmitBatch,
} from '@intermodal/contracts';
import { readEvents, type EventsOptions, type Streamed } from './events.ts';
import { readLines } from './lines.ts';
import { sleep, type Transport } from './transport.ts';

type Batch = AnswerOf<'getBatch'>;
type Options = { readonly signal?: AbortSignal };

export interface SubmitBatchOptions extends Options {
  /** The same key with the same request gives the same batch. A random one is sent when left out. */
  readonly idempotencyKey?: string;
}

export interface WaitBatchOptions extends Options {
  /** Called with every state seen that differs from the one before. */
  readonly onChange?: (batch: Batch) => void;
  /** Between two looks; 500 when left out. */
  readonly pollMs?: number;
}

export class Batches {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Safe to repeat: an idempotency key always goes with it. */
  submit(batch: SubmitBatch, options: SubmitBatchOptions = {}): Promise<AnswerOf<'submitBatch'>> {
    return this.#submit(JSON.stringify(batch), 'application/json', {}, options);
  }

  /** @param lines a row as JSON on each line; a Blob of a file is sent as it is read */
  submitLines(
    lines: string | Blob,
    batch: { readonly pipeline: string; readonly webhook?: string },
    options: SubmitBatchOptions = {},
  ): Promise<AnswerOf<'submitBatch'>> {
    return this.#submit(lines, 'application/jsonl', batch, options);
  }

  get(id: string, options: Options = {}): Promise<Batch> {
    return this.#transport.json({ method: 'GET', path: `/v1/batches/${id}`, repeatable: true, ...options });
  }

  list(filter: QueryOf<'listBatches'> = {}, options: Options = {}): Promise<AnswerOf<'listBatches'>> {
    return this.#transport.json({
      method: 'GET',
      path: '/v1/batches',
      query: filter,
      repeatable: true,
      ...options,
    });
  }

  /** Another batch with its rows; only what failed or was cancelled runs again. */
  retry(id: string, options: Options = {}): Promise<AnswerOf<'retryBatch'>> {
    return this.#transport.json({
      method: 'POST',
      path: `/v1/batches/${id}/retry`,
      repeatable: true,
      ...options,
    });
  }

  cancel(id: string, options: Options = {}): Promise<AnswerOf<'cancelBatch'>> {
    return this.#transport.json({
      method: 'POST',
      path: `/v1/batches/${id}/cancel`,
      repeatable: true,
      ...options,
    });
  }

  /** What came of each row, in their order, as it arrives. Throws when the answer is cut off. */
  results(id: string, options: Options = {}): AsyncGenerator<BatchResult> {
    return this.#rows(`/v1/batches/${id}/results`, options);
  }

  /** The same of rows with an error only: that never became jobs, or whose job failed or was cancelled. */
  errors(id: string, options: Options = {}): AsyncGenerator<BatchResult> {
    return this.#rows(`/v1/batches/${id}/errors`, options);
  }

  async *#rows(path: string, options: Options): AsyncGenerator<BatchResult> {
    const response = await this.#transport.call({ method: 'GET', path, repeatable: true, ...options });
    for await (const line of readLines(response.body ?? new Blob([]).stream()))
      yield JSON.parse(line) as BatchResult;
  }

  /** How far the batch is, as it moves on, until it has ended; otherwise as the events of a job. */
  events(id: string, options: EventsOptions = {}): AsyncGenerator<Streamed<BatchEvent>> {
    return readEvents(this.#transport, `/v1/batches/${id}/events`, isLastBatchEvent, options);
  }

  /** How its webhook was told. */
  deliveries(id: string, options: Options = {}): Promise<AnswerOf<'batchDeliveries'>> {
    return this.#transport.json({
      method: 'GET',
      path: `/v1/batches/${id}/deliveries`,
      repeatable: true,
      ...options,
    });
  }

  /** Resolves with the batch when it is final. Rows that failed are an answer, not an exception. */
  async wait(id: string, options: WaitBatchOptions = {}): Promise<Batch> {
    const { signal, onChange, pollMs = 500 } = options;
    let seen = '';
    for (;;) {
      const batch = await this.get(id, { ...(signal && { signal }) });
      const state = JSON.stringify(batch);
      if (state !== seen) onChange?.(batch);
      seen = state;
      if (FINAL_BATCH_STATES.includes(batch.status)) return batch;
      await sleep(pollMs, signal);
    }
  }

  #submit(
    body: string | Blob,
    mediaType: string,
    query: Record<string, unknown>,
    options: SubmitBatchOptions,
  ): Promise<AnswerOf<'submitBatch'>> {
    return this.#transport.json({
      method: 'POST',
      path: '/v1/batches',
      query,
      headers: {
        'content-type': mediaType,
        'idempotency-key': options.idempotencyKey ?? crypto.randomUUID(),
      },
      body,
      repeatable: true,
      ...(options.signal && { signal: options.signal }),
    });
  }
}
