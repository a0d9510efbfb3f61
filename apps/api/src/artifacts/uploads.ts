import { addAbortSignal, Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { IntermodalError, newUuid, showId, type ArtifactRef } from '@intermodal/contracts';
import type { ArtifactRecords, ArtifactStore } from '@intermodal/pipeline';
import { ARTIFACTS, LIMITS, STORE, type ApiLimits } from '../parts.ts';
import { plainName } from './file-name.ts';
import { mediaTypeOf, SNIFFED_BYTES } from './media-type.ts';

export interface Upload {
  readonly body: Readable;
  /** As the sender says; empty when they do not. */
  readonly mediaType: string;
  readonly name: string | undefined;
  /** What an error calls it, e.g. `The body` or `input.audio`. */
  readonly called: string;
  /** Where less is taken than of other uploads. */
  readonly maxBytes?: number;
  readonly signal: AbortSignal;
}

/** Puts what people send into the store, and then into the records. */
@Injectable()
export class Uploads {
  readonly #store: ArtifactStore;
  readonly #artifacts: ArtifactRecords;
  readonly #limits: ApiLimits;

  constructor(
    @Inject(STORE) store: ArtifactStore,
    @Inject(ARTIFACTS) artifacts: ArtifactRecords,
    @Inject(LIMITS) limits: ApiLimits,
  ) {
    this.#store = store;
    this.#artifacts = artifacts;
    this.#limits = limits;
  }

  /** @throws IntermodalError `input.too_large` when the sender announces more than is allowed */
  refuseLength(length: number): void {
    const { uploadMaxBytes } = this.#limits;
    if (length > uploadMaxBytes)
      throw new IntermodalError(
        'input.too_large',
        `The file has ${length} bytes; ${uploadMaxBytes} are allowed.`,
      );
  }

  /** @throws IntermodalError `input.invalid` when it is empty, `input.too_large`, `store.unavailable` */
  async take(tenantId: string, upload: Upload): Promise<ArtifactRef> {
    // Whatever waits for its next bytes stops waiting.
    addAbortSignal(upload.signal, upload.body);
    try {
      return await this.#take(tenantId, upload);
    } catch (error) {
      if (!upload.signal.aborted && !isCutOff(error)) throw error;
      const message = `${upload.called}: the upload ended before all of it was sent.`;
      throw new IntermodalError('request.invalid', message, { cause: error });
    }
  }

  async #take(tenantId: string, upload: Upload): Promise<ArtifactRef> {
    const { head, body } = await peek(upload.body);
    if (head.length === 0)
      throw new IntermodalError('input.invalid', `${upload.called} is empty: send the bytes of a file.`);
    const uuid = newUuid();
    const mediaType = mediaTypeOf(upload.mediaType, head);
    const maxBytes = Math.min(this.#limits.uploadMaxBytes, upload.maxBytes ?? Infinity);
    const stored = await this.#store.put(uuid, body, { mediaType, maxBytes, signal: upload.signal });
    const name = plainName(upload.name);
    const artifact: ArtifactRef = {
      id: showId('artifact', uuid),
      mediaType,
      bytes: stored.bytes,
      sha256: stored.sha256,
      ...(name !== undefined && { name }),
    };
    await this.#artifacts.add(tenantId, artifact);
    return artifact;
  }
}

const isCutOff = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(error.code));

/** The first bytes, and a stream that still gives all of them. */
async function peek(source: Readable): Promise<{ head: Buffer; body: Readable }> {
  const chunks: Buffer[] = [];
  const reading = source.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  let bytes = 0;
  while (bytes < SNIFFED_BYTES) {
    const { value, done } = await reading.next();
    if (done) break;
    chunks.push(value);
    bytes += value.length;
  }
  const head = Buffer.concat(chunks);
  async function* whole() {
    yield head;
    yield* reading;
  }
  return { head: head.subarray(0, SNIFFED_BYTES), body: Readable.from(whole(), { objectMode: false }) };
}
