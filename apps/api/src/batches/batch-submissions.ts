import { Inject, Injectable } from '@nestjs/common';
import { newUuid } from '@intermodal/contracts';
import { sha256Of, type BatchRecords } from '@intermodal/pipeline';
import { Dispatch } from '../jobs/dispatch.ts';
import { Submissions } from '../jobs/submissions.ts';
import { BATCHES } from '../parts.ts';
import { Webhooks } from '../webhooks/webhooks.ts';
import type { RawBatch } from './batch-reader.ts';
import { BatchRowCheck } from './batch-row-check.ts';

/** Checks a batch row by row, writes all of it down at once, and tells the workers. */
@Injectable()
export class BatchSubmissions {
  readonly #batches: BatchRecords;
  readonly #submissions: Submissions;
  readonly #rows: BatchRowCheck;
  readonly #dispatch: Dispatch;
  readonly #webhooks: Webhooks;

  constructor(
    @Inject(BATCHES) batches: BatchRecords,
    @Inject(Submissions) submissions: Submissions,
    @Inject(BatchRowCheck) rows: BatchRowCheck,
    @Inject(Dispatch) dispatch: Dispatch,
    @Inject(Webhooks) webhooks: Webhooks,
  ) {
    this.#batches = batches;
    this.#submissions = submissions;
    this.#rows = rows;
    this.#dispatch = dispatch;
    this.#webhooks = webhooks;
  }

  /** @returns the batch's uuid: of an earlier batch, when the idempotency key is known */
  async submit(
    tenantId: string,
    batch: RawBatch,
    options: { idempotencyKey: string | undefined; signal: AbortSignal },
  ): Promise<string> {
    const plan = this.#submissions.planOf(batch.pipeline);
    const webhook = batch.webhook && (await this.#webhooks.accept(batch.webhook, options.signal));
    const rows = await this.#rows.check(tenantId, plan, batch, options.signal);
    const key = options.idempotencyKey;
    const submitted = await this.#batches.submit({
      id: newUuid(),
      tenantId,
      plan,
      rows,
      metadata: batch.metadata,
      priority: batch.priority,
      deadlineMs: batch.deadlineMs,
      ...(webhook && { webhook }),
      ...(key !== undefined && { idempotency: { key, sha256: sha256Of({ batch }) } }),
    });
    this.#dispatch.send(submitted.waiting);
    return submitted.batchId;
  }
}
