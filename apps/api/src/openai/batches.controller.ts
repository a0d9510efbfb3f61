import { Readable } from 'node:stream';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import {
  IntermodalError,
  MAX_FILE_ROWS,
  OpenAiBatchRequest,
  toIntermodalError,
  type ArtifactRef,
} from '@intermodal/contracts';
import type { ArtifactRecords, ArtifactStore, BatchRecord, BatchRecords } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import { Uploads } from '../artifacts/uploads.ts';
import { BatchSubmissions } from '../batches/batch-submissions.ts';
import { BatchViews } from '../batches/batch-views.ts';
import { linesOf } from '../batches/json-lines.ts';
import { parseJson } from '../http/body.ts';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import { clientGone, type ApiRequest } from '../http/request.ts';
import { ARTIFACTS, BATCHES, STORE } from '../parts.ts';
import { PIPELINE_OF, rowOf, type BatchEndpoint } from './batch-rows.ts';
import { batchIdOf, createdOf, readBatchId, readFileId, resultsIdOf } from './file-ids.ts';
import { readOpenAi } from './read-openai.ts';

/** Kept with the metadata of a batch, beside what is the caller's. */
export const ENDPOINT = 'openai.endpoint';
const INPUT_FILE = 'openai.input_file_id';

/** Batches in OpenAI's form, over batches of ours. */
@Controller()
export class OpenAiBatchesController {
  readonly #batches: BatchRecords;
  readonly #submissions: BatchSubmissions;
  readonly #views: BatchViews;
  readonly #artifacts: ArtifactRecords;
  readonly #uploads: Uploads;
  readonly #store: ArtifactStore;

  constructor(
    @Inject(BATCHES) batches: BatchRecords,
    @Inject(BatchSubmissions) submissions: BatchSubmissions,
    @Inject(BatchViews) views: BatchViews,
    @Inject(ARTIFACTS) artifacts: ArtifactRecords,
    @Inject(Uploads) uploads: Uploads,
    @Inject(STORE) store: ArtifactStore,
  ) {
    this.#batches = batches;
    this.#submissions = submissions;
    this.#views = views;
    this.#artifacts = artifacts;
    this.#uploads = uploads;
    this.#store = store;
  }

  @Operation('openAiSubmitBatch')
  async submit(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const { input_file_id, endpoint, metadata } = await readOpenAi(OpenAiBatchRequest, request);
    const signal = clientGone(reply);
    const file = readFileId(input_file_id);
    if (file?.kind !== 'artifact' || !(await this.#artifacts.get(request.tenantId, file.id)))
      throw new IntermodalError('artifact.not_found', `input_file_id: there is no file ${input_file_id}.`, {
        details: [{ path: 'body.input_file_id', message: 'unknown' }],
      });
    // The rows of ours are a file of their own, made before anything is accepted.
    const rows: ArtifactRef = await this.#uploads.take(request.tenantId, {
      body: Readable.from(this.#rows(file.id, endpoint, signal), { objectMode: false }),
      ...{ mediaType: 'application/jsonl', name: 'rows.jsonl', called: 'input_file_id', signal },
    });
    const submitted = await this.#submissions.submit(
      request.tenantId,
      {
        pipeline: PIPELINE_OF[endpoint],
        params: {},
        metadata: { ...metadata, [ENDPOINT]: endpoint, [INPUT_FILE]: input_file_id },
        source: rows,
      },
      { idempotencyKey: undefined, signal },
    );
    await reply.status(200).send(this.#view(submitted));
  }

  @Operation('openAiBatch')
  async get(@Req() request: ApiRequest): Promise<object> {
    const { path } = readRequest('openAiBatch', request);
    return this.#view(await this.#find(request.tenantId, path.id));
  }

  @Operation('openAiCancelBatch')
  async cancel(@Req() request: ApiRequest): Promise<object> {
    const { path } = readRequest('openAiCancelBatch', request);
    const { id } = await this.#find(request.tenantId, path.id);
    await this.#batches.cancel(request.tenantId, id);
    return this.#view(await this.#find(request.tenantId, path.id));
  }

  async *#rows(artifactId: string, endpoint: BatchEndpoint, signal: AbortSignal): AsyncGenerator<string> {
    const { body } = await this.#store.open(artifactId, { signal });
    let count = 0;
    for await (const { line, content } of linesOf(body as AsyncIterable<Buffer>)) {
      if ((count += 1) > MAX_FILE_ROWS)
        throw new IntermodalError('input.too_large', `The file has more than ${MAX_FILE_ROWS} lines.`);
      try {
        if (!content) throw new IntermodalError('input.too_large', 'is too long.');
        yield `${JSON.stringify(rowOf(parseJson(content.toString(), 'It'), endpoint))}\n`;
      } catch (thrown) {
        const { code, message } = toIntermodalError(thrown);
        throw new IntermodalError(code, `Line ${line}: ${message}`, {
          cause: thrown,
          details: [{ path: `body.input_file_id.${line}`, message }],
        });
      }
    }
  }

  async #find(tenantId: string, id: string): Promise<BatchRecord> {
    const uuid = readBatchId(id);
    const batch = uuid && (await this.#batches.get(tenantId, uuid));
    if (batch && batch.metadata[ENDPOINT] !== undefined) return batch;
    throw new IntermodalError('batch.not_found', `There is no batch ${id}.`);
  }

  #view(batch: BatchRecord): object {
    const { status, counts, metadata } = this.#views.line(batch);
    const { [ENDPOINT]: endpoint, [INPUT_FILE]: input, ...own } = metadata;
    const at = (date: Date | null): number | null => date && Math.floor(date.getTime() / 1_000);
    const isFinal = status === 'completed' || status === 'failed' || status === 'cancelled';
    const bad = counts.failed + counts.cancelled + counts.invalid;
    return {
      id: batchIdOf(batch.id),
      object: 'batch',
      endpoint,
      errors: null,
      input_file_id: input,
      completion_window: '24h',
      status: status === 'queued' || status === 'running' ? 'in_progress' : status,
      output_file_id: isFinal && counts.completed > 0 ? resultsIdOf('output', batch.id) : null,
      error_file_id: isFinal && bad > 0 ? resultsIdOf('error', batch.id) : null,
      created_at: createdOf(batch.id),
      in_progress_at: at(batch.startedAt),
      completed_at: status === 'completed' ? at(batch.finishedAt) : null,
      failed_at: status === 'failed' ? at(batch.finishedAt) : null,
      cancelled_at: status === 'cancelled' ? at(batch.finishedAt) : null,
      request_counts: { total: counts.total, completed: counts.completed, failed: bad },
      metadata: own,
    };
  }
}
