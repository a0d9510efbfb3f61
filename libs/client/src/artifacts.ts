import type { AnswerOf } from '@intermodal/contracts';
import { hashFile, openFile, saveFile } from './files.ts';
import { uploadInParts } from './large-upload.ts';
import type { Transport } from './transport.ts';

/** A path (Node only), a Blob or File, or a stream of bytes. */
export type UploadSource = string | Blob | ReadableStream<Uint8Array>;

export interface UploadOptions {
  readonly name?: string;
  /** When left out, the server looks at the first bytes. */
  readonly mediaType?: string;
  /** The id of an upload of this file that was broken off, for a large file: only what is missing is sent. */
  readonly resume?: string;
  /** Of a large file: told once it has an id, to resume it by. */
  readonly onBegin?: (id: string) => void;
  readonly onProgress?: (sentBytes: number, bytes: number) => void;
  readonly signal?: AbortSignal;
}

/** Files from this size on go in parts, past the API where the store allows it. */
const LARGE_BYTES = 8 * 1024 * 1024;

export class Artifacts {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Streams a file to the store: a large one in parts, several at once, which survives broken connections. */
  async upload(source: UploadSource, options: UploadOptions = {}): Promise<AnswerOf<'uploadArtifact'>> {
    const opened = typeof source === 'string' ? await openFile(source) : undefined;
    const body = opened?.blob ?? (source as Blob | ReadableStream<Uint8Array>);
    const ownName = opened?.name ?? (source instanceof File ? source.name : undefined);
    const mediaType = options.mediaType ?? (body instanceof Blob && body.type !== '' ? body.type : undefined);
    const name = options.name ?? ownName;
    if (body instanceof Blob && (body.size >= LARGE_BYTES || options.resume !== undefined)) {
      const sha256 = opened && options.resume === undefined ? await hashFile(opened.path) : undefined;
      return uploadInParts(this.#transport, body, { ...options, name, mediaType, sha256 });
    }
    return this.#transport.json({
      method: 'POST',
      path: '/v1/artifacts',
      query: { name },
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

  /**
   * The bytes, as an answer to stream or read. `range` is first and last byte, both included. `redirect`: from the store itself, where that
   * can be.
   */
  content(
    id: string,
    options: { range?: readonly [number, number]; redirect?: boolean; signal?: AbortSignal } = {},
  ): Promise<Response> {
    const { range, redirect, signal } = options;
    return this.#transport.call({
      method: 'GET',
      path: `/v1/artifacts/${id}/content`,
      query: { redirect },
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
