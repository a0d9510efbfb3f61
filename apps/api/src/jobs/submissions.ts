import { setTimeout as after } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { isArtifactRef, newUuid, type ArtifactRef, type PipelineDocument } from '@intermodal/contracts';
import {
  checkSubmission,
  compile,
  sha256Of,
  type Delivery,
  type JobRecords,
  type Plan,
  type StageCatalogue,
  type TaskQueue,
} from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { CATALOGUE, JOBS, LOG, QUEUE, SHELF } from '../parts.ts';
import type { PipelineShelf } from '../pipelines/pipeline-shelf.ts';
import { MediaInput } from './media-input.ts';
import { refuseReferences } from './references.ts';

export interface Submission {
  readonly pipeline: string | PipelineDocument;
  readonly input: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** How long a submit waits for the queue. The records have the job; the sweeper sends what was not sent. */
const SEND_TIMEOUT_MS = 500;

/** Checks a submission, writes it down, and tells the workers. */
@Injectable()
export class Submissions {
  readonly #jobs: JobRecords;
  readonly #queue: TaskQueue;
  readonly #catalogue: StageCatalogue;
  readonly #shelf: PipelineShelf;
  readonly #media: MediaInput;
  readonly #log: Logger;

  constructor(
    @Inject(JOBS) jobs: JobRecords,
    @Inject(QUEUE) queue: TaskQueue,
    @Inject(CATALOGUE) catalogue: StageCatalogue,
    @Inject(SHELF) shelf: PipelineShelf,
    @Inject(MediaInput) media: MediaInput,
    @Inject(LOG) log: Logger,
  ) {
    this.#jobs = jobs;
    this.#queue = queue;
    this.#catalogue = catalogue;
    this.#shelf = shelf;
    this.#media = media;
    this.#log = log;
  }

  /** @returns the job's uuid: of an earlier job, when the idempotency key is known */
  async submit(
    tenantId: string,
    submission: Submission,
    options: { idempotencyKey: string | undefined; signal: AbortSignal },
  ): Promise<string> {
    const plan = this.#planOf(submission.pipeline);
    for (const [name, value] of Object.entries(submission.input)) refuseReferences(value, `input.${name}`);
    refuseReferences(submission.params, 'params');
    const checked = checkSubmission(plan, submission, this.#catalogue);
    const input: Record<string, unknown> = { ...checked.input };
    for (const [name, pattern] of mediaPorts(plan))
      if (input[name] !== undefined && input[name] !== null)
        input[name] = await this.#media.resolve(tenantId, { name, pattern }, input[name], options.signal);

    const key = options.idempotencyKey;
    const submitted = await this.#jobs.submit({
      id: newUuid(),
      tenantId,
      plan,
      input,
      params: checked.params,
      metadata: submission.metadata,
      ...(key !== undefined && { idempotency: { key, sha256: sha256Of(comparable(submission, input)) } }),
    });
    await this.#send(submitted.ready);
    return submitted.jobId;
  }

  #planOf(pipeline: Submission['pipeline']): Plan {
    if (typeof pipeline === 'string') return this.#shelf.find(pipeline);
    // A document may hold literals, and those end up as inputs of stages.
    refuseReferences(pipeline, 'pipeline');
    return compile(pipeline, this.#catalogue);
  }

  async #send(ready: readonly Delivery[]): Promise<void> {
    if (ready.length === 0) return;
    const timer = new AbortController();
    const late = after(SEND_TIMEOUT_MS, undefined, { signal: timer.signal }).then(() => {
      throw new Error(`The queue took longer than ${SEND_TIMEOUT_MS} ms.`);
    });
    try {
      await Promise.race([this.#queue.send(ready), late]);
    } catch (error) {
      this.#log.warn({ err: error, tasks: ready.length }, 'tasks were not sent; the sweeper will send them');
    } finally {
      late.catch(() => {});
      timer.abort();
    }
  }
}

function mediaPorts(plan: Plan): [name: string, pattern: string][] {
  return Object.entries(plan.document.input).flatMap(([name, port]): [string, string][] =>
    typeof port.media === 'string' ? [[name, port.media]] : [],
  );
}

/** What makes two requests the same: files count by their content, because a repeated upload has a new id. */
const comparable = (submission: Submission, resolved: Readonly<Record<string, unknown>>) => ({
  pipeline: submission.pipeline,
  params: submission.params,
  metadata: submission.metadata,
  input: Object.fromEntries(
    Object.entries(submission.input).map(([name, value]) => {
      const file = resolved[name];
      return [name, isArtifactRef(file) ? contentOf(file) : value];
    }),
  ),
});

const contentOf = ({ sha256, mediaType }: ArtifactRef) => ({ sha256, mediaType });
