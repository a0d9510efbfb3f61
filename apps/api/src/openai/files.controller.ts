import { Readable } from 'node:stream';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import { IntermodalError, parseId, type ArtifactRef, type BatchResult } from '@intermodal/contracts';
import type { ArtifactRecords, ArtifactStore, BatchRecord, BatchRecords } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import { BatchViews } from '../batches/batch-views.ts';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import { clientGone, type ApiRequest } from '../http/request.ts';
import { FormReader } from '../jobs/form-reader.ts';
import { ARTIFACTS, BATCHES, STORE } from '../parts.ts';
import { lineOf, type BatchEndpoint } from './batch-rows.ts';
import { ENDPOINT } from './batches.controller.ts';
import { createdOf, fileIdOf, readFileId } from './file-ids.ts';

type Found =
  | { readonly artifact: ArtifactRef; readonly id: string }
  | { readonly batch: BatchRecord; readonly side: 'output' | 'error' };

/** Artifacts, and the results of batches, as OpenAI's files. */
@Controller()
export class OpenAiFilesController {
  readonly #forms: FormReader;
  readonly #artifacts: ArtifactRecords;
  readonly #batches: BatchRecords;
  readonly #views: BatchViews;
  readonly #store: ArtifactStore;

  constructor(
    @Inject(FormReader) forms: FormReader,
    @Inject(ARTIFACTS) artifacts: ArtifactRecords,
    @Inject(BATCHES) batches: BatchRecords,
    @Inject(BatchViews) views: BatchViews,
    @Inject(STORE) store: ArtifactStore,
  ) {
    this.#forms = forms;
    this.#artifacts = artifacts;
    this.#batches = batches;
    this.#views = views;
    this.#store = store;
  }

  @Operation('openAiUpload')
  async upload(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const fields = await this.#forms.read(request, clientGone(reply));
    const artifact = fields.find(({ name }) => name === 'file')?.artifact;
    if (!artifact)
      throw new IntermodalError('input.absent', 'file: send the file as the file of this field.', {
        details: [{ path: 'form.file', message: 'missing' }],
      });
    await reply.status(200).send(viewOf(artifact));
  }

  @Operation('openAiFile')
  async get(@Req() request: ApiRequest): Promise<object> {
    const { path } = readRequest('openAiFile', request);
    const found = await this.#find(request.tenantId, path.id);
    if ('artifact' in found) return viewOf(found.artifact);
    const { batch, side } = found;
    // How large they are is known when they are read.
    return {
      ...{ id: path.id, object: 'file', created_at: createdOf(batch.id), filename: `${side}.jsonl` },
      ...{ purpose: 'batch_output', status: 'processed' },
    };
  }

  @Operation('openAiFileContent')
  async content(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const { path } = readRequest('openAiFileContent', request);
    const found = await this.#find(request.tenantId, path.id);
    const signal = clientGone(reply);
    if ('artifact' in found) {
      const { body } = await this.#store.open(found.id, { signal });
      await reply
        .status(200)
        .header('content-type', 'application/octet-stream')
        .header('content-length', found.artifact.bytes)
        .send(body);
      return;
    }
    const lines = this.#lines(found.batch, found.side, signal);
    await reply
      .status(200)
      .header('content-type', 'application/jsonl')
      .send(Readable.from(lines, { objectMode: false }));
  }

  async *#lines(batch: BatchRecord, side: 'output' | 'error', signal: AbortSignal): AsyncGenerator<string> {
    const endpoint = batch.metadata[ENDPOINT] as BatchEndpoint;
    for await (const text of this.#views.results(batch.id, signal)) {
      const line = lineOf(JSON.parse(text) as BatchResult, side, endpoint);
      if (line) yield `${JSON.stringify(line)}\n`;
    }
  }

  async #find(tenantId: string, id: string): Promise<Found> {
    const asked = readFileId(id);
    if (asked?.kind === 'artifact') {
      const artifact = await this.#artifacts.get(tenantId, asked.id);
      if (artifact) return { artifact, id: asked.id };
    } else if (asked) {
      const batch = await this.#batches.get(tenantId, asked.id);
      if (batch?.metadata[ENDPOINT] !== undefined) return { batch, side: asked.kind };
    }
    throw new IntermodalError('artifact.not_found', `There is no file ${id}.`);
  }
}

/** Nobody keeps what a file was uploaded for: it may be used for anything. */
function viewOf(artifact: ArtifactRef): object {
  const uuid = parseId('artifact', artifact.id)!;
  return {
    id: fileIdOf(uuid),
    object: 'file',
    bytes: artifact.bytes,
    created_at: createdOf(uuid),
    filename: artifact.name ?? artifact.id,
    purpose: 'batch',
    status: 'processed',
  };
}
