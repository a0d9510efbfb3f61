import { Readable } from 'node:stream';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import { IntermodalError, parseId, type ArtifactRef } from '@intermodal/contracts';
import type { ArtifactRecords, ArtifactStore } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import { contentType } from '../http/body.ts';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import { clientGone, type ApiRequest } from '../http/request.ts';
import { ARTIFACTS, STORE } from '../parts.ts';
import { readRange } from './byte-range.ts';
import { dispositionOf, nameInDisposition } from './file-name.ts';
import { Uploads } from './uploads.ts';

/** What a browser may show by itself. Anything else, HTML and SVG above all, is saved and not run. */
const SHOWN = /^(audio|video)\/|^image\/(png|jpeg|gif|webp|avif)$|^text\/plain$|^application\/json$/;

@Controller()
export class ArtifactsController {
  readonly #artifacts: ArtifactRecords;
  readonly #store: ArtifactStore;
  readonly #uploads: Uploads;

  constructor(
    @Inject(ARTIFACTS) artifacts: ArtifactRecords,
    @Inject(STORE) store: ArtifactStore,
    @Inject(Uploads) uploads: Uploads,
  ) {
    this.#artifacts = artifacts;
    this.#store = store;
    this.#uploads = uploads;
  }

  @Operation('uploadArtifact')
  async upload(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ArtifactRef> {
    const { query } = readRequest('uploadArtifact', request);
    const { headers } = request;
    if (contentType(request) === 'multipart/form-data')
      throw new IntermodalError(
        'request.invalid',
        'Send the file itself as the body, e.g. curl --data-binary @FILE; forms are taken by /v1/jobs.',
      );
    this.#uploads.refuseLength(Number(headers['content-length'] ?? 0));
    const artifact = await this.#uploads.take(request.tenantId, {
      body: request.body ?? Readable.from([]),
      mediaType: headers['content-type'] ?? '',
      name: query.name ?? nameInDisposition(headers['content-disposition']),
      called: 'The body',
      signal: clientGone(reply),
    });
    void reply.header('location', `/v1/artifacts/${artifact.id}`);
    return artifact;
  }

  @Operation('getArtifact')
  get(@Req() request: ApiRequest): Promise<ArtifactRef> {
    return this.#find(request.tenantId, readRequest('getArtifact', request).path.id);
  }

  @Operation('downloadArtifact')
  async download(@Req() request: ApiRequest, @Res() reply: FastifyReply): Promise<void> {
    const { path, query, headers } = readRequest('downloadArtifact', request);
    const artifact = await this.#find(request.tenantId, path.id);
    const etag = `"${artifact.sha256}"`;
    const show = SHOWN.test(artifact.mediaType) ? 'inline' : 'attachment';
    const disposition = dispositionOf(show, artifact.name ?? artifact.id);
    const { direct } = this.#store;
    if (query.redirect && direct.kind === 'presigned') {
      const as = { mediaType: artifact.mediaType, disposition };
      const location = await direct.downloadUrl(parseId('artifact', artifact.id)!, as);
      await reply.status(302).header('cache-control', 'no-store').header('location', location).send();
      return;
    }
    void reply
      .header('etag', etag)
      .header('accept-ranges', 'bytes')
      .header('cache-control', 'private, max-age=31536000, immutable')
      .header('content-security-policy', "sandbox; default-src 'none'")
      .header('content-disposition', disposition)
      .header('content-type', artifact.mediaType);
    if (matches(headers['if-none-match'], etag)) {
      await reply.status(304).send();
      return;
    }
    const condition = request.headers['if-range'];
    const asked = condition === undefined || condition === etag ? headers.range : undefined;
    const range = readRange(asked, artifact.bytes);
    if (range === 'outside') {
      await reply.status(416).header('content-range', `bytes */${artifact.bytes}`).send();
      return;
    }
    const length = range === 'whole' ? artifact.bytes : range.last - range.first + 1;
    void reply.header('content-length', length);
    if (range !== 'whole')
      void reply.status(206).header('content-range', `bytes ${range.first}-${range.last}/${artifact.bytes}`);
    if (request.method === 'HEAD') {
      // A stream, because of anything else Fastify would send the length.
      await reply.send(Readable.from([]));
      return;
    }
    const opened = await this.#store.open(parseId('artifact', artifact.id)!, {
      ...(range !== 'whole' && { range }),
      signal: clientGone(reply),
    });
    await reply.send(opened.body);
  }

  async #find(tenantId: string, id: string): Promise<ArtifactRef> {
    const uuid = parseId('artifact', id);
    const artifact = uuid && (await this.#artifacts.get(tenantId, uuid));
    if (artifact) return artifact;
    throw new IntermodalError('artifact.not_found', `There is no artifact ${id}.`);
  }
}

const matches = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  header.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag);
