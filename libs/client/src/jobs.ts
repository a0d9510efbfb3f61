import {
  FINAL_JOB_STATES,
  isLastJobEvent,
  type AnswerOf,
  type JobEvent,
  type QueryOf,
  type SubmitJob,
} from '@intermodal/contracts';
import type { Artifacts } from './artifacts.ts';
import { readEvents, type EventsOptions, type Streamed } from './events.ts';
import { sleep, type Transport } from './transport.ts';

type Job = AnswerOf<'getJob'>;

export interface SubmitOptions {
  /** The same key with the same request gives the same job. A random one is sent when left out. */
  readonly idempotencyKey?: string;
  /** Seconds the server waits for the end of the job before it answers. */
  readonly wait?: number;
  readonly signal?: AbortSignal;
}

export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** Called with every state seen that differs from the one before, with its tasks. */
  readonly onChange?: (job: Job) => void;
  /** Between two looks; 500 when left out. */
  readonly pollMs?: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Called with everything that happens to the job. */
  readonly onEvent?: (event: Streamed<JobEvent>) => void;
  readonly params?: Record<string, unknown>;
  readonly metadata?: Record<string, string>;
  /** Among your own single jobs: higher first, -10 to 10; default 0. */
  readonly priority?: number;
  /** The job fails when it has not ended so long after it was submitted. */
  readonly deadlineMs?: number;
  readonly idempotencyKey?: string;
}

export class Jobs {
  readonly #transport: Transport;
  readonly #artifacts: Artifacts;
  constructor(transport: Transport, artifacts: Artifacts) {
    this.#transport = transport;
    this.#artifacts = artifacts;
  }

  /** Safe to repeat: an idempotency key always goes with it. */
  submit(job: SubmitJob, options: SubmitOptions = {}): Promise<AnswerOf<'submitJob'>> {
    return this.#transport.json({
      method: 'POST',
      path: '/v1/jobs',
      query: { wait: options.wait },
      headers: {
        'content-type': 'application/json',
        'idempotency-key': options.idempotencyKey ?? crypto.randomUUID(),
      },
      body: JSON.stringify(job),
      repeatable: true,
      ...(options.signal && { signal: options.signal }),
    });
  }

  get(id: string, options: { tasks?: boolean; signal?: AbortSignal } = {}): Promise<Job> {
    const { tasks = false, ...rest } = options;
    return this.#transport.json({
      method: 'GET',
      path: `/v1/jobs/${id}`,
      query: { tasks },
      repeatable: true,
      ...rest,
    });
  }

  list(
    filter: QueryOf<'listJobs'> = {},
    options: { signal?: AbortSignal } = {},
  ): Promise<AnswerOf<'listJobs'>> {
    return this.#transport.json({
      method: 'GET',
      path: '/v1/jobs',
      query: filter,
      repeatable: true,
      ...options,
    });
  }

  /** Another job like this one, which failed or was cancelled; what completed in it is kept. */
  retry(id: string, options: { signal?: AbortSignal } = {}): Promise<AnswerOf<'retryJob'>> {
    return this.#transport.json({
      method: 'POST',
      path: `/v1/jobs/${id}/retry`,
      repeatable: true,
      ...options,
    });
  }

  cancel(id: string, options: { signal?: AbortSignal } = {}): Promise<AnswerOf<'cancelJob'>> {
    return this.#transport.json({
      method: 'POST',
      path: `/v1/jobs/${id}/cancel`,
      repeatable: true,
      ...options,
    });
  }

  /** How its webhook was told. */
  deliveries(id: string, options: { signal?: AbortSignal } = {}): Promise<AnswerOf<'jobDeliveries'>> {
    return this.#transport.json({
      method: 'GET',
      path: `/v1/jobs/${id}/deliveries`,
      repeatable: true,
      ...options,
    });
  }

  /**
   * What happens to the job, as it happens, until it has ended: first what has happened. Goes on by itself where the connection is lost.
   * Whoever leaves the loop ends the stream, and not the job.
   */
  events(id: string, options: EventsOptions = {}): AsyncGenerator<Streamed<JobEvent>> {
    return readEvents(this.#transport, `/v1/jobs/${id}/events`, isLastJobEvent, options);
  }

  /** Resolves with the job, its tasks included, when it is final. A failed job is an answer, not an exception. */
  async wait(id: string, options: WaitOptions = {}): Promise<Job> {
    const { signal, onChange, pollMs = 500 } = options;
    let seen = '';
    for (;;) {
      const job = await this.get(id, { tasks: true, ...(signal && { signal }) });
      const state = JSON.stringify(job);
      if (state !== seen) onChange?.(job);
      seen = state;
      if (FINAL_JOB_STATES.includes(job.status)) return job;
      await sleep(pollMs, signal);
    }
  }

  /** Uploads every Blob among the inputs, submits, and follows the job to its end. A failed job is an answer, not an exception. */
  async run(
    pipeline: SubmitJob['pipeline'],
    input: Record<string, unknown>,
    options: RunOptions = {},
  ): Promise<Job> {
    const { params, metadata, priority, deadlineMs, idempotencyKey, onEvent } = options;
    const scheduling = {
      ...(priority !== undefined && { priority }),
      ...(deadlineMs !== undefined && { deadlineMs }),
    };
    const signal = options.signal && { signal: options.signal };
    const given: Record<string, unknown> = {};
    for (const [port, value] of Object.entries(input))
      given[port] =
        value instanceof Blob ? { artifact: (await this.#artifacts.upload(value, { ...signal })).id } : value;
    const job = await this.submit(
      { pipeline, input: given, ...(params && { params }), ...(metadata && { metadata }), ...scheduling },
      { ...(idempotencyKey !== undefined && { idempotencyKey }), ...signal },
    );
    for await (const event of this.events(job.id, { ...signal })) onEvent?.(event);
    return this.get(job.id, { tasks: true, ...signal });
  }
}
