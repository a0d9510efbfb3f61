import { Inject, Injectable } from '@nestjs/common';
import { FINAL_JOB_STATES, IntermodalError, isErrorCode, type JobEvent } from '@intermodal/contracts';
import { restoreSpilled, type ArtifactStore, type JobRecords, type JobRow } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import { START } from '../events/job-cursor.ts';
import { JobStream } from '../events/job-stream.ts';
import { clientGone, type ApiRequest } from '../http/request.ts';
import { JOBS, STORE } from '../parts.ts';
import { JobWaiter } from './job-waiter.ts';
import { Submissions } from './submissions.ts';

/** A call waits for its job for so long at most. */
const LONGEST_MS = 3_600_000;
/** Longer than any limit on an answer. */
const OUTPUT_MAX_BYTES = 64_000_000;

export interface AttendedCall {
  readonly pipeline: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface AttendedJob {
  /** A uuid. */
  readonly id: string;
  /** What happens to it, until it has ended or the caller goes away. */
  events(): AsyncGenerator<JobEvent>;
  /** @throws IntermodalError with the code of its failure */
  end(): Promise<EndedJob>;
}

export interface EndedJob {
  readonly id: string;
  readonly createdAt: Date;
  readonly output: Record<string, unknown>;
}

/** Jobs that somebody waits for in one call: durable as any other, and cancelled when the caller goes away. */
@Injectable()
export class AttendedJobs {
  readonly #submissions: Submissions;
  readonly #jobs: JobRecords;
  readonly #waiter: JobWaiter;
  readonly #stream: JobStream;
  readonly #store: ArtifactStore;

  constructor(
    @Inject(Submissions) submissions: Submissions,
    @Inject(JOBS) jobs: JobRecords,
    @Inject(JobWaiter) waiter: JobWaiter,
    @Inject(JobStream) stream: JobStream,
    @Inject(STORE) store: ArtifactStore,
  ) {
    this.#submissions = submissions;
    this.#jobs = jobs;
    this.#waiter = waiter;
    this.#stream = stream;
    this.#store = store;
  }

  async begin(request: ApiRequest, reply: FastifyReply, call: AttendedCall): Promise<AttendedJob> {
    // The idle time of a connection is for those who send: here it is we who take our time.
    request.raw.socket.setTimeout(LONGEST_MS);
    const signal = clientGone(reply);
    const { tenantId } = request;
    const id = await this.#submissions.submit(
      tenantId,
      { ...call, metadata: {}, priority: 0, deadlineMs: LONGEST_MS },
      { idempotencyKey: undefined, signal },
    );
    const cancel = (): void => void this.#jobs.cancel(tenantId, id).catch(() => {});
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const stream = this.#stream;
    return {
      id,
      async *events() {
        for await (const { event } of stream.follow(tenantId, id, START, signal)) yield event;
      },
      end: async () => {
        const row = await this.#waiter.wait(tenantId, id, LONGEST_MS, signal);
        if (!row || !FINAL_JOB_STATES.includes(row.state)) {
          cancel();
          throw new IntermodalError('store.unavailable', 'The server is being restarted; send it again.');
        }
        return this.#ended(row, signal);
      },
    };
  }

  async #ended(row: JobRow, signal: AbortSignal): Promise<EndedJob> {
    if (row.state !== 'completed') {
      const code = row.error?.code;
      throw new IntermodalError(
        isErrorCode(code) ? code : 'internal.bug',
        row.error?.message ?? `The job ended as ${row.state}.`,
      );
    }
    const reading = { store: this.#store, maxBytes: OUTPUT_MAX_BYTES, signal };
    const output = (await restoreSpilled(row.output, reading)) as Record<string, unknown>;
    return { id: row.id, createdAt: row.createdAt, output };
  }
}
