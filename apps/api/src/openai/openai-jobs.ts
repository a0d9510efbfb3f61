import { Inject, Injectable } from '@nestjs/common';
import {
  FINAL_JOB_STATES,
  IntermodalError,
  isErrorCode,
  type ArtifactRef,
  type JobEvent,
} from '@intermodal/contracts';
import { restoreSpilled, type ArtifactStore, type JobRecords, type JobRow } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import { JobStream } from '../events/job-stream.ts';
import { START } from '../events/job-cursor.ts';
import { clientGone, type ApiRequest } from '../http/request.ts';
import { JobWaiter } from '../jobs/job-waiter.ts';
import { Submissions } from '../jobs/submissions.ts';
import { JOBS, STORE } from '../parts.ts';

/** A call waits for its job for so long at most. */
const LONGEST_MS = 3_600_000;
/** Longer than any limit on an answer. */
const OUTPUT_MAX_BYTES = 64_000_000;

/** Which pipeline serves what, and so what `model` may name. */
export const OPENAI_PIPELINES = {
  chat: 'chat',
  embeddings: 'text-embedding',
  transcription: 'transcription',
  translation: 'translation',
  speech: 'speech',
} as const;
export type OpenAiPipeline = (typeof OPENAI_PIPELINES)[keyof typeof OPENAI_PIPELINES];

export interface OpenAiCall {
  readonly pipeline: OpenAiPipeline;
  /** As the caller names it. */
  readonly model: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface EndedJob {
  readonly id: string;
  readonly createdAt: Date;
  readonly output: Record<string, unknown>;
}

/** Calls as jobs: each is durable, waits for its end, and is cancelled when the caller goes away. */
@Injectable()
export class OpenAiJobs {
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

  /** @throws IntermodalError with the code of the job's failure, `pipeline.unknown` for a model that does not serve this */
  async run(request: ApiRequest, reply: FastifyReply, call: OpenAiCall): Promise<EndedJob> {
    const job = await this.begin(request, reply, call);
    return job.end();
  }

  /** The job, accepted: to be followed while it runs, and awaited. */
  async begin(
    request: ApiRequest,
    reply: FastifyReply,
    call: OpenAiCall,
  ): Promise<{ readonly id: string; events(): AsyncGenerator<JobEvent>; end(): Promise<EndedJob> }> {
    refuseOther(call);
    // The idle time of a connection is for those who send: here it is we who take our time.
    request.raw.socket.setTimeout(LONGEST_MS);
    const signal = clientGone(reply);
    const { tenantId } = request;
    const { pipeline, input, params } = call;
    const id = await this.#submissions.submit(
      tenantId,
      { pipeline, input, params, metadata: {}, priority: 0, deadlineMs: LONGEST_MS },
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

function refuseOther({ pipeline, model }: OpenAiCall): void {
  if (model === pipeline || model === `${pipeline}@1`) return;
  throw new IntermodalError(
    'pipeline.unknown',
    `The model '${model}' does not serve this; '${pipeline}' does.`,
    { details: [{ path: 'model', message: `expected ${pipeline}` }] },
  );
}

/** A file as an input of a job. */
export const fileInput = ({ id }: ArtifactRef) => ({ artifact: id });

export const createdOf = ({ createdAt }: EndedJob): number => Math.floor(createdAt.getTime() / 1_000);
