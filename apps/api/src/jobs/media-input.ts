import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { IntermodalError, mediaTypeMatches, parseId, type ArtifactRef } from '@intermodal/contracts';
import type { ArtifactRecords } from '@intermodal/pipeline';
import { z } from 'zod';
import { Uploads } from '../artifacts/uploads.ts';
import { ADDRESS_FAULT, ARTIFACTS, type AddressFault } from '../parts.ts';

/** What may be sent within JSON, decoded. */
const INLINE_MAX_BYTES = 1_000_000;

const ByArtifact = z.strictObject({ artifact: z.string() });
const ByUrl = z.strictObject({ url: z.string() });
/** A media input that a task will fetch. */
export type Address = z.infer<typeof ByUrl>;
const URL_MAX_LENGTH = 2_000;
const Inline = z.strictObject({
  base64: z.string(),
  mediaType: z.string().min(1),
  name: z.string().max(255).optional(),
});

/** Turns what a sender gives for a media port into a file that the records know. */
@Injectable()
export class MediaInput {
  readonly #artifacts: ArtifactRecords;
  readonly #uploads: Uploads;
  readonly #addressFault: AddressFault;

  constructor(
    @Inject(ARTIFACTS) artifacts: ArtifactRecords,
    @Inject(Uploads) uploads: Uploads,
    @Inject(ADDRESS_FAULT) addressFault: AddressFault,
  ) {
    this.#artifacts = artifacts;
    this.#uploads = uploads;
    this.#addressFault = addressFault;
  }

  /**
   * @param options.known all artifacts that exist among those named; without it they are looked up
   * @param pattern the port's media type, e.g. `audio/*`
   * @returns the address, where one was given: nobody goes there before a worker does
   * @throws IntermodalError `input.invalid`, `artifact.not_found`, `media.unsupported`, `url.refused`; all name the port
   */
  async resolve(
    tenantId: string,
    port: { readonly name: string; readonly pattern: string },
    value: unknown,
    options: { signal: AbortSignal; known?: ReadonlyMap<string, ArtifactRef> | undefined },
  ): Promise<ArtifactRef | Address> {
    const path = `input.${port.name}`;
    const byArtifact = ByArtifact.safeParse(value);
    if (byArtifact.success) {
      const artifact = await this.#find(tenantId, byArtifact.data.artifact, path, options.known);
      assertMatches(port.pattern, artifact.mediaType, path);
      return artifact;
    }
    const byUrl = ByUrl.safeParse(value);
    if (byUrl.success) return this.#checked(byUrl.data, path);
    const inline = Inline.safeParse(value);
    if (!inline.success)
      throw new IntermodalError(
        'input.invalid',
        `${path}: give the file as {"artifact": "art_…"} or {"url": "https://…"}, or a small one as {"base64": "…", "mediaType": "…"}.`,
      );
    assertMatches(port.pattern, inline.data.mediaType, path);
    return this.#uploads.take(tenantId, {
      body: Readable.from([bytesOf(inline.data.base64, path)], { objectMode: false }),
      mediaType: inline.data.mediaType,
      name: inline.data.name,
      called: path,
      signal: options.signal,
    });
  }

  /** What can be told of an address without asking anybody. */
  #checked(address: Address, path: string): Address {
    if (address.url.length > URL_MAX_LENGTH)
      throw new IntermodalError('input.invalid', `${path}.url: has more than ${URL_MAX_LENGTH} characters.`);
    if (!URL.canParse(address.url))
      throw new IntermodalError(
        'input.invalid',
        `${path}.url: is no URL; expected one like https://example.com/talk.wav.`,
      );
    const fault = this.#addressFault(address.url);
    if (fault !== undefined) throw new IntermodalError('url.refused', `${path}.url: the address ${fault}`);
    return address;
  }

  async #find(
    tenantId: string,
    id: string,
    path: string,
    known: ReadonlyMap<string, ArtifactRef> | undefined,
  ): Promise<ArtifactRef> {
    const uuid = parseId('artifact', id);
    const artifact = uuid && (known ? known.get(uuid) : await this.#artifacts.get(tenantId, uuid));
    if (artifact) return artifact;
    throw new IntermodalError('artifact.not_found', `${path}: there is no artifact ${id.slice(0, 64)}.`);
  }
}

function assertMatches(pattern: string, mediaType: string, path: string): void {
  if (mediaTypeMatches(pattern, mediaType)) return;
  throw new IntermodalError(
    'media.unsupported',
    `${path}: takes ${pattern}, and this file is ${mediaType}; give its Content-Type when you upload it, if that is wrong.`,
  );
}

function bytesOf(base64: string, path: string): Buffer {
  if (base64.length > (INLINE_MAX_BYTES / 3) * 4 + 4)
    throw new IntermodalError(
      'input.too_large',
      `${path}: more than ${INLINE_MAX_BYTES} bytes; upload the file.`,
    );
  // Buffer.from skips what is no base64, and would run a job on rubbish.
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64))
    throw new IntermodalError('input.invalid', `${path}.base64: is not base64.`);
  return Buffer.from(base64, 'base64');
}
