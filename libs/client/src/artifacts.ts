import type { AnswerOf } from '@intermodal/contracts';
import { openFile, saveFile } from './files.ts';
import type { Transport } from './transport.ts';

/** A path (Node only), a Blob or File, or a stream of bytes. */
export type UploadSource = string | Blob | ReadableStream<Uint8Array>;

export interface UploadOptions {
  readonly name?: string;
  /** When left out, the server looks at the first bytes. */
  readonly mediaType?: string;
  readonly signal?: AbortSignal;
}

export class Artifacts {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Streams a file to the store. */
  async upload(source: UploadSource, options: UploadOptions = {}): Promise<AnswerOf<'uploadArtifact'>> {
    const opened = typeof source === 'string' ? await openFile(source) : undefined;
    const body = opened?.blob ?? (source as Blob | ReadableStream<Uint8Array>);
    const ownName = opened?.name ?? (source instanceof File ? source.name : undefined);
    const mediaType = options.mediaType ?? (body instanceof Blob && body.type !== '' ? body.type : undefined);
    return this.#transport.json({
      method: 'POST',
      path: '/v1/artifacts',
      query: { name: options.name ?? ownName },
      headers: { 'content-type': mediaType ?? 'application/octet-stream' },
      body,
      // A second try stores a second artifact that nothing refers to: harmless. A stream is gone after the first.
      repeatable: body instanceof Blob,
      ...(options.signal && { signal: options.signal }),
    });
  }

  get(id: string, options: { signal?: AbortSignal } = {}): Promise<AnswerOf<'getArtifact'>> {
    return this.#transport.json({ method: 'GET', path: `/v1/artifacts/${id}`, repeatable: true, ...options });
  }

  /** The task that made it, and the files that it was made from. */
  lineage(id: string, options: { signal?: AbortSignal } = {}): Promise<AnswerOf<'artifactLineage'>> {
    return this.#transport.json({
      method: 'GET',
      path: `/v1/artifacts/${id}/lineage`,
      repeatable: true,
      ...options,
    });
  }

  /** The bytes, as an answer to stream or read. `range` is first and last byte, both included. */
  content(
    id: string,
    options: { range?: readonly [number, number]; signal?: AbortSignal } = {},
  ): Promise<Response> {
    const { range, signal } = options;
    return this.#transport.call({
      method: 'GET',
      path: `/v1/artifacts/${id}/content`,
      repeatable: true,
      ...(range && { headers: { range: `bytes=${range[0]}-${range[1]}` } }),
      ...(signal && { signal }),
    });
  }

  /** Writes the file to `path` (Node only); nothing is there unless all of it arrived. */
  async download(id: string, path: string, options: { signal?: AbortSignal } = {}): Promise<void> {
    const response = await this.content(id, options);
    await saveFile(path, response.body ?? new Blob([]).stream());
  }
}
