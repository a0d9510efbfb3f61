import { Inject, Injectable } from '@nestjs/common';
import { IntermodalError, newUuid, showId } from '@intermodal/contracts';
import type {
  BatchRecord,
  BatchRecords,
  JobRecords,
  JobRow,
  Retried,
  Retry,
  WebhookOwner,
} from '@intermodal/pipeline';
import type { Tracing } from '@intermodal/telemetry';
import { BATCHES, JOBS, TRACING } from '../parts.ts';
import { Webhooks } from '../webhooks/webhooks.ts';
import { Dispatch } from './dispatch.ts';

/** Runs again what failed of a job or a batch, as another job or batch. */
@Injectable()
export class Retries {
  readonly #jobs: JobRecords;
  readonly #batches: BatchRecords;
  readonly #dispatch: Dispatch;
  readonly #webhooks: Webhooks;
  readonly #tracing: Tracing;

  constructor(
    @Inject(JOBS) jobs: JobRecords,
    @Inject(BATCHES) batches: BatchRecords,
    @Inject(Dispatch) dispatch: Dispatch,
    @Inject(Webhooks) webhooks: Webhooks,
    @Inject(TRACING) tracing: Tracing,
  ) {
    this.#jobs = jobs;
    this.#batches = batches;
    this.#dispatch = dispatch;
    this.#webhooks = webhooks;
    this.#tracing = tracing;
  }

  /** @returns the uuid of the retry: of an earlier one, when there was one */
  async retryJob(tenantId: string, job: JobRow, signal: AbortSignal): Promise<string> {
    const retried = await this.#retry(tenantId, { jobId: job.id }, signal, (retry) =>
      this.#jobs.retry(retry),
    );
    if (retried) return retried;
    const id = showId('job', job.id);
    throw new IntermodalError(
      'job.not_failed',
      job.batchId === null
        ? `The job ${id} is ${job.state}: only a failed or cancelled one can be retried.`
        : `The job ${id} is a row of the batch ${showId('batch', job.batchId)}: retry that; only what failed in it runs again.`,
    );
  }

  /** @returns as `retryJob` */
  async retryBatch(tenantId: string, batch: BatchRecord, signal: AbortSignal): Promise<string> {
    const retried = await this.#retry(tenantId, { batchId: batch.id }, signal, (retry) =>
      this.#batches.retry(retry),
    );
    if (retried) return retried;
    const id = showId('batch', batch.id);
    throw new IntermodalError(
      'batch.not_failed',
      batch.state === 'open' || batch.state === 'validating'
        ? `The batch ${id} has not ended: cancel it, or wait for its end.`
        : `In the batch ${id} no job failed or was cancelled: there is nothing to retry.`,
    );
  }

  async #retry(
    tenantId: string,
    owner: WebhookOwner,
    signal: AbortSignal,
    record: (retry: Retry) => Promise<Retried | 'refused' | undefined>,
  ): Promise<string | undefined> {
    const of = 'jobId' in owner ? owner.jobId : owner.batchId;
    const webhook = await this.#webhooks.again(owner, signal);
    const retried = await this.#tracing.span('submit retry', { kind: 'producer' }, (span) =>
      record({
        ...{ tenantId, of, id: newUuid() },
        ...(webhook && { webhook }),
        ...(span.traceparent !== '' && { trace: span.traceparent }),
      }),
    );
    if (retried === undefined || retried === 'refused') return undefined;
    this.#dispatch.send(retried.waiting);
    return retried.id;
  }
}
