import { Inject, Injectable } from '@nestjs/common';
import { IntermodalError, MAX_FILE_ROWS, newUuid, parseId, type ArtifactRef } from '@intermodal/contracts';
import { sha256Of, type ArtifactStore, type BatchRecord, type BatchRecords } from '@intermodal/pipeline';
import { Dispatch } from '../jobs/dispatch.ts';
import { BATCHES, STORE } from '../parts.ts';
import { Pipelines } from '../pipelines/pipelines.ts';
import { Webhooks } from '../webhooks/webhooks.ts';
import { withoutRows, type RawBatch } from './batch-reader.ts';
import { BatchRowCheck } from './batch-row-check.ts';
import { Ingester } from './ingester.ts';
import { linesOf } from './json-lines.ts';

/** Accepts a batch: rows that came with it are checked and written down at once, those of a file are left to the ingester. */
@Injectable()
export class BatchSubmissions {
  readonly #batches: BatchRecords;
  readonly #store: ArtifactStore;
  readonly #pipelines: Pipelines;
  readonly #rows: BatchRowCheck;
  readonly #ingester: Ingester;
  readonly #dispatch: Dispatch;
  readonly #webhooks: Webhooks;

  constructor(
    @Inject(BATCHES) batches: BatchRecords,
    @Inject(STORE) store: ArtifactStore,
    @Inject(Pipelines) pipelines: Pipelines,
    @Inject(BatchRowCheck) rows: BatchRowCheck,
    @Inject(Ingester) ingester: Ingester,
    @Inject(Dispatch) dispatch: Dispatch,
    @Inject(Webhooks) webhooks: Webhooks,
  ) {
    this.#batches = batches;
    this.#store = store;
    this.#pipelines = pipelines;
    this.#rows = rows;
    this.#ingester = ingester;
    this.#dispatch = dispatch;
    this.#webhooks = webhooks;
  }

  /** @returns the batch: an earlier one, when the idempotency key is known */
  async submit(
    tenantId: string,
    batch: RawBatch,
    options: { idempotencyKey: string | undefined; signal: AbortSignal },
  ): Promise<BatchRecord> {
    const { signal, idempotencyKey: key } = options;
    const plan = await this.#pipelines.planOf(tenantId, batch.pipeline);
    const webhook = batch.webhook && (await this.#webhooks.accept(batch.webhook, signal));
    const { source, params } = batch;
    const shared = {
      id: newUuid(),
      tenantId,
      plan,
      metadata: batch.metadata,
      priority: batch.priority,
      deadlineMs: batch.deadlineMs,
      ...(webhook && { webhook }),
      ...(key !== undefined && { idempotency: { key, sha256: sha256Of(comparable(batch)) } }),
    };
    if (isFile(source)) {
      const artifactId = parseId('artifact', source.id)!;
      const total = await this.#countRows(artifactId, signal);
      const submitted = await this.#batches.submitFile({ ...shared, artifactId, total, params });
      this.#ingester.wake();
      return submitted.batch;
    }
    const rows = await this.#rows.check(tenantId, plan, params, source, new Map(), signal);
    const submitted = await this.#batches.submit({ ...shared, rows });
    this.#dispatch.send(submitted.waiting);
    return (await this.#batches.get(tenantId, submitted.batchId))!;
  }

  /** Too many rows are refused before the first of them runs. */
  async #countRows(artifactId: string, signal: AbortSignal): Promise<number> {
    const { body } = await this.#store.open(artifactId, { signal });
    let rows = 0;
    for await (const _ of linesOf(body as AsyncIterable<Buffer>))
      if (++rows > MAX_FILE_ROWS)
        throw new IntermodalError(
          'input.too_large',
          `The file has more than ${MAX_FILE_ROWS} rows, which is the limit of a batch. Send several batches.`,
        );
    if (rows === 0) throw withoutRows('The file');
    return rows;
  }
}

const isFile = (source: RawBatch['source']): source is ArtifactRef => !Array.isArray(source);

/** What makes two requests the same: a file counts by its content, because a repeated upload has a new id. */
function comparable({ source, ...batch }: RawBatch): object {
  if (!isFile(source)) return { batch: { ...batch, rows: source } };
  // Not asked for and the default are one, whichever way the file came.
  const { priority = 0, ...rest } = batch;
  return { batch: { ...rest, priority, file: source.sha256 } };
}
