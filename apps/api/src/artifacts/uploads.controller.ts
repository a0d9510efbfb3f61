import { Readable } from 'node:stream';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import {
  CreateUpload,
  IntermodalError,
  parseId,
  showId,
  type ArtifactRef,
  type UploadView,
} from '@intermodal/contracts';
import type { ArtifactRecords, ArtifactStore, UploadRecord, UploadRecords } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import { readJson } from '../http/body.ts';
import { checkBody } from '../http/check-body.ts';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import { clientGone, type ApiRequest } from '../http/request.ts';
import { ARTIFACTS, STORE, UPLOADS } from '../parts.ts';
import { assertOpen, DirectUploads, sizeOfPart } from './direct-uploads.ts';
import { assertSigned } from './part-address.ts';

@Controller()
export class UploadsController {
  readonly #records: UploadRecords;
  readonly #artifacts: ArtifactRecords;
  readonly #store: ArtifactStore;
  readonly #uploads: DirectUploads;

  constructor(
    @Inject(UPLOADS) records: UploadRecords,
    @Inject(ARTIFACTS) artifacts: ArtifactRecords,
    @Inject(STORE) store: ArtifactStore,
    @Inject(DirectUploads) uploads: DirectUploads,
  ) {
    this.#records = records;
    this.#artifacts = artifacts;
    this.#store = store;
    this.#uploads = uploads;
  }

  @Operation('createUpload')
  async create(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadView> {
    const asked = checkBody(CreateUpload, await readJson(request));
    const upload = await this.#uploads.begin(request.tenantId, asked);
    void reply.header('location', `/v1/uploads/${showId('upload', upload.id)}`);
    return this.#uploads.view(upload);
  }

  @Operation('getUpload')
  async get(@Req() request: ApiRequest): Promise<UploadView> {
    const { path } = readRequest('getUpload', request);
    return this.#view(await this.#find(request.tenantId, path.id));
  }

  @Operation('uploadPart')
  async part(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const { path, query } = readRequest('uploadPart', request);
    const uuid = parseId('upload', path.id);
    const upload = uuid && (await this.#records.find(uuid));
    if (!upload) throw absent(path.id);
    assertSigned(upload, { number: path.number, ...query });
    assertOpen(upload.state);
    const { direct } = this.#store;
    if (direct.kind !== 'through' || upload.handle === null)
      throw new IntermodalError('upload.ended', 'Nothing is waiting for this part any more.');
    const part = { number: path.number, bytes: sizeOfPart(upload, path.number) };
    const announced = Number(request.headers['content-length'] ?? part.bytes);
    if (announced > part.bytes)
      throw new IntermodalError(
        'input.too_large',
        `Part ${part.number} has ${announced} bytes; ${part.bytes} were promised.`,
      );
    const body = request.body ?? Readable.from([]);
    await direct.putPart(upload.id, upload.handle, part, body, clientGone(reply));
    await reply.status(204).send();
  }

  @Operation('completeUpload')
  async complete(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ArtifactRef> {
    const { path } = readRequest('completeUpload', request);
    const upload = await this.#find(request.tenantId, path.id);
    const artifact =
      (await this.#artifactOf(upload)) ?? (await this.#uploads.complete(upload, clientGone(reply)));
    void reply.header('location', `/v1/artifacts/${artifact.id}`);
    return artifact;
  }

  @Operation('abortUpload')
  async abort(@Req() request: ApiRequest): Promise<UploadView> {
    const { path } = readRequest('abortUpload', request);
    const { id } = await this.#find(request.tenantId, path.id);
    await this.#records.end(request.tenantId, id, 'aborted');
    return this.#view(await this.#find(request.tenantId, path.id));
  }

  async #view(upload: UploadRecord): Promise<UploadView> {
    return this.#uploads.view(upload, await this.#artifactOf(upload));
  }

  async #artifactOf({ state, tenantId, id }: UploadRecord): Promise<ArtifactRef | undefined> {
    return state === 'completed' ? this.#artifacts.get(tenantId, id) : undefined;
  }

  async #find(tenantId: string, id: string): Promise<UploadRecord> {
    const uuid = parseId('upload', id);
    const upload = uuid && (await this.#records.get(tenantId, uuid));
    if (upload) return upload;
    throw absent(id);
  }
}

const absent = (id: string): IntermodalError =>
  new IntermodalError('upload.not_found', `There is no upload ${id}.`);
