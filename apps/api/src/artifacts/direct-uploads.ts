import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  IntermodalError,
  MAX_PARTS,
  MISSING_SHOWN,
  newUuid,
  PART_BYTES,
  showId,
  type ArtifactRef,
  type CreateUpload,
  type UploadPart,
  type UploadView,
} from '@intermodal/contracts';
import type { ArtifactStore, StoredParts, UploadRecord, UploadRecords } from '@intermodal/pipeline';
import { LIMITS, STORE, UPLOADS, type ApiLimits } from '../parts.ts';
import { Quotas } from '../tenants/quotas.ts';
import { plainName } from './file-name.ts';
import { mediaTypeOf, SNIFFED_BYTES } from './media-type.ts';
import { partAddress } from './part-address.ts';

/** How long there is to complete an upload. */
const OPEN_FOR_MS = 24 * 3_600_000;

/** Files that come into the store in parts, past the API: it gives the addresses, and looks at the whole once all is there. */
@Injectable()
export class DirectUploads {
  readonly #store: ArtifactStore;
  readonly #records: UploadRecords;
  readonly #limits: ApiLimits;
  readonly #quotas: Quotas;

  constructor(
    @Inject(STORE) store: ArtifactStore,
    @Inject(UPLOADS) records: UploadRecords,
    @Inject(LIMITS) limits: ApiLimits,
    @Inject(Quotas) quotas: Quotas,
  ) {
    this.#store = store;
    this.#records = records;
    this.#limits = limits;
    this.#quotas = quotas;
  }

  /** @throws IntermodalError `input.too_large`, `quota.stored_bytes` */
  async begin(tenantId: string, asked: CreateUpload): Promise<UploadRecord> {
    const { uploadMaxBytes } = this.#limits;
    if (asked.bytes > uploadMaxBytes)
      throw new IntermodalError(
        'input.too_large',
        `bytes: the file has ${asked.bytes} bytes; ${uploadMaxBytes} are allowed.`,
      );
    await this.#quotas.assertMayStore(tenantId, asked.bytes);
    const id = newUuid();
    const mediaType = asked.mediaType ?? '';
    // Who dies after this has left an upload without a part, which nobody knows and which holds nothing.
    const handle = await this.#store.direct.begin(id, mediaTypeOf(mediaType, new Uint8Array()));
    await this.#records.add({
      ...{ id, tenantId, mediaType, handle },
      name: plainName(asked.name),
      bytes: asked.bytes,
      sha256: asked.sha256,
      partBytes: Math.max(PART_BYTES, Math.ceil(asked.bytes / MAX_PARTS)),
      secret: randomBytes(32),
      expiresInMs: OPEN_FOR_MS,
    });
    return (await this.#records.get(tenantId, id))!;
  }

  async view(upload: UploadRecord, artifact?: ArtifactRef): Promise<UploadView> {
    const total = partsOf(upload);
    const isOpen = upload.state === 'open';
    const stored = isOpen ? await this.#stored(upload) : undefined;
    const missing = isOpen ? missingOf(upload, stored) : [];
    return {
      id: showId('upload', upload.id),
      status: upload.state,
      bytes: upload.bytes,
      partBytes: upload.partBytes,
      parts: { total, stored: upload.state === 'completed' ? total : isOpen ? total - missing.length : 0 },
      missing: await Promise.all(
        missing.slice(0, MISSING_SHOWN).map((part) => this.#addressed(upload, part)),
      ),
      ...(artifact && { artifact }),
      expiresAt: upload.expiresAt.toISOString(),
    };
  }

  /**
   * Whoever dies on the way can do it again: the store puts parts together once, and the records take the file once.
   * @throws IntermodalError `upload.incomplete`, `upload.mismatch`, `upload.ended`, `upload.expired`
   */
  async complete(upload: UploadRecord, signal: AbortSignal): Promise<ArtifactRef> {
    assertOpen(upload.state);
    const { id, tenantId, handle } = upload;
    const stored = await this.#store.direct.parts(id, handle!);
    // Undefined: they were put together already.
    const missing = stored ? missingOf(upload, stored) : [];
    if (missing.length > 0)
      throw new IntermodalError(
        'upload.incomplete',
        `${missing.length} of ${partsOf(upload)} parts are missing or have another size, first number ${missing[0]!.number}: send them.`,
      );
    await this.#store.direct.finish(id, handle!);
    const { head, bytes, sha256 } = await this.#lookAt(id, signal);
    if (bytes !== upload.bytes || (upload.sha256 !== null && sha256 !== upload.sha256)) {
      await this.#records.end(tenantId, id, 'failed');
      throw new IntermodalError(
        'upload.mismatch',
        bytes === upload.bytes
          ? `The SHA-256 of what arrived is ${sha256}; ${upload.sha256} was promised. Upload it again.`
          : `${bytes} bytes arrived; ${upload.bytes} were promised. Upload it again.`,
      );
    }
    const artifact: ArtifactRef = {
      id: showId('artifact', id),
      mediaType: mediaTypeOf(upload.mediaType, head),
      ...{ bytes, sha256 },
      ...(upload.name !== null && { name: upload.name }),
    };
    assertOpen(await this.#records.complete(tenantId, artifact));
    return artifact;
  }

  async #lookAt(id: string, signal: AbortSignal): Promise<{ head: Buffer; bytes: number; sha256: string }> {
    const { body } = await this.#store.open(id, { signal }).catch((error: unknown) => {
      if (!(error instanceof IntermodalError) || error.code !== 'artifact.not_found') throw error;
      throw new IntermodalError('upload.ended', 'The upload was given up meanwhile.', { cause: error });
    });
    const hash = createHash('sha256');
    let [bytes, head] = [0, Buffer.alloc(0)];
    for await (const chunk of body as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      if (head.length < SNIFFED_BYTES) head = Buffer.concat([head, chunk]).subarray(0, SNIFFED_BYTES);
    }
    return { head, bytes, sha256: hash.digest('hex') };
  }

  async #stored({ id, handle }: UploadRecord): Promise<StoredParts | undefined> {
    return handle === null ? undefined : this.#store.direct.parts(id, handle);
  }

  async #addressed(upload: UploadRecord, part: Missing): Promise<UploadPart> {
    const { direct } = this.#store;
    const url =
      direct.kind === 'presigned'
        ? await direct.partUrl(upload.id, upload.handle!, part)
        : partAddress(upload, part.number);
    return { ...part, url };
  }
}

type Missing = Pick<UploadPart, 'number' | 'bytes'>;

const partsOf = ({ bytes, partBytes }: UploadRecord): number => Math.ceil(bytes / partBytes);

export const sizeOfPart = (upload: UploadRecord, number: number): number =>
  number < partsOf(upload) ? upload.partBytes : upload.bytes - (number - 1) * upload.partBytes;

/** A part of another size counts as missing; without `stored` they were put together already. */
function missingOf(upload: UploadRecord, stored: StoredParts | undefined): Missing[] {
  if (!stored) return [];
  return Array.from({ length: partsOf(upload) }, (_, i) => i + 1).flatMap((number) => {
    const bytes = sizeOfPart(upload, number);
    return stored.get(number) === bytes ? [] : [{ number, bytes }];
  });
}

/** @throws IntermodalError `upload.ended`, `upload.expired` */
export function assertOpen(state: UploadRecord['state']): void {
  if (state === 'open' || state === 'completed') return;
  if (state === 'expired')
    throw new IntermodalError(
      'upload.expired',
      'The upload was not completed within a day: begin another one.',
    );
  throw new IntermodalError(
    'upload.ended',
    state === 'aborted'
      ? 'The upload was given up: begin another one.'
      : 'The upload has failed, because it was not what was promised: begin another one.',
  );
}
