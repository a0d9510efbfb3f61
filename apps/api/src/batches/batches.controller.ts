import { Readable } from 'node:stream';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import {
  IntermodalError,
  parseId,
  showId,
  type BatchList,
  type BatchView,
  type DeliveryList,
} from '@intermodal/contracts';
import type { BatchRecord, BatchRecords } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import { Retries } from '../jobs/retries.ts';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import { clientGone, type ApiRequest } from '../http/request.ts';
import { BATCHES } from '../parts.ts';
import { Webhooks } from '../webhooks/webhooks.ts';
import { BatchReader } from './batch-reader.ts';
import { BatchSubmissions } from './batch-submissions.ts';
import { BatchViews } from './batch-views.ts';

@Controller()
export class BatchesController {
  readonly #batches: BatchRecords;
  readonly #reader: BatchReader;
  readonly #submissions: BatchSubmissions;
  readonly #retries: Retries;
  readonly #views: BatchViews;
  readonly #webhooks: Webhooks;

  constructor(
    @Inject(BATCHES) batches: BatchRecords,
    @Inject(BatchReader) reader: BatchReader,
    @Inject(BatchSubmissions) submissions: BatchSubmissions,
    @Inject(Retries) retries: Retries,
    @Inject(BatchViews) views: BatchViews,
    @Inject(Webhooks) webhooks: Webhooks,
  ) {
    this.#batches = batches;
    this.#reader = reader;
    this.#submissions = submissions;
    this.#retries = retries;
    this.#views = views;
    this.#webhooks = webhooks;
  }

  @Operation('submitBatch')
  async submit(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BatchView> {
    const { query, headers } = readRequest('submitBatch', request);
    const signal = clientGone(reply);
    const batch = await this.#reader.read(request, query, signal);
    const submitted = await this.#submissions.submit(request.tenantId, batch, {
      idempotencyKey: headers['idempotency-key'],
      signal,
    });
    const webhook = batch.webhook && (await this.#webhooks.show({ batchId: submitted.id }));
    void reply.header('location', `/v1/batches/${showId('batch', submitted.id)}`);
    return { ...(await this.#views.view(submitted)), ...(webhook && { webhook }) };
  }

  @Operation('listBatches')
  async list(@Req() request: ApiRequest): Promise<BatchList> {
    const { query } = readRequest('listBatches', request);
    const before = query.cursor === undefined ? undefined : parseId('batch', query.cursor);
    // One more than is shown tells whether there is a next page.
    const rows = await this.#batches.list(request.tenantId, {
      limit: query.limit + 1,
      ...(before !== undefined && { before }),
    });
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      batches: page.map((row) => this.#views.line(row)),
      next: rows.length > page.length && last ? showId('batch', last.id) : null,
    };
  }

  @Operation('getBatch')
  async get(@Req() request: ApiRequest): Promise<BatchView> {
    const { path } = readRequest('getBatch', request);
    return this.#views.view(await this.#find(request.tenantId, path.id));
  }

  @Operation('batchResults')
  async results(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const { path } = readRequest('batchResults', request);
    const batch = await this.#find(request.tenantId, path.id);
    await sendLines(reply, this.#views.results(batch.id, clientGone(reply)));
  }

  @Operation('batchErrors')
  async errors(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const { path } = readRequest('batchErrors', request);
    const batch = await this.#find(request.tenantId, path.id);
    await sendLines(reply, this.#views.errors(batch.id, clientGone(reply)));
  }

  @Operation('cancelBatch')
  async cancel(@Req() request: ApiRequest): Promise<BatchView> {
    const { path } = readRequest('cancelBatch', request);
    const { id } = await this.#find(request.tenantId, path.id);
    await this.#batches.cancel(request.tenantId, id);
    return this.#views.view(await this.#find(request.tenantId, path.id));
  }

  @Operation('retryBatch')
  async retry(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BatchView> {
    const { path } = readRequest('retryBatch', request);
    const old = await this.#find(request.tenantId, path.id);
    const batchId = await this.#retries.retryBatch(request.tenantId, old, clientGone(reply));
    const id = showId('batch', batchId);
    const webhook = await this.#webhooks.show({ batchId });
    void reply.status(202).header('location', `/v1/batches/${id}`);
    return {
      ...(await this.#views.view(await this.#find(request.tenantId, id))),
      ...(webhook && { webhook }),
    };
  }

  @Operation('batchDeliveries')
  async deliveries(@Req() request: ApiRequest): Promise<DeliveryList> {
    const { path } = readRequest('batchDeliveries', request);
    const { id } = await this.#find(request.tenantId, path.id);
    return this.#webhooks.deliveries({ batchId: id });
  }

  async #find(tenantId: string, id: string): Promise<BatchRecord> {
    const uuid = parseId('batch', id);
    const batch = uuid && (await this.#batches.get(tenantId, uuid));
    if (batch) return batch;
    throw new IntermodalError('batch.not_found', `There is no batch ${id}.`);
  }
}

async function sendLines(reply: FastifyReply, lines: AsyncIterable<string>): Promise<void> {
  await reply.header('content-type', 'application/jsonl').send(Readable.from(lines, { objectMode: false }));
}
