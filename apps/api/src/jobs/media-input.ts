import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { IntermodalError, mediaTypeMatches, parseId, type ArtifactRef } from '@intermodal/contracts';
import type { ArtifactRecords } from '@intermodal/pipeline';
import { z } from 'zod';
import { Uploads } from '../artifacts/uploads.ts';
import { ARTIFACTS } from '../parts.ts';

/** What may be sent within JSON, decoded. */
const INLINE_MAX_BYTES = 1_000_000;

const ByArtifact = z.strictObject({ artifact: z.string() });
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

  constructor(@Inject(ARTIFACTS) artifacts: ArtifactRecords, @Inject(Uploads) uploads: Uploads) {
    this.#artifacts = artifacts;
    this.#uploads = uploads;
  }

  /**
   * @param options.known all artifacts that exist among those named; without it they are looked up
   * @param pattern the port's media type, e.g. `audio/*`
   * @throws IntermodalError `input.invalid`, `artifact.not_found`, `media.unsupported`; all name the port
   */
  async resolve(
    tenantId: string,
    port: { readonly name: string; readonly pattern: string },
    value: unknown,
    options: { signal: AbortSignal; known?: ReadonlyMap<string, ArtifactRef> | undefined },
  ): Promise<ArtifactRef> {
    const path = `input.${port.name}`;
    const byArtifact = ByArtifact.safeParse(value);
    if (byArtifact.success) {
      const artifact = await this.#find(tenantId, byArtifact.data.artifact, path, options.known);
      assertMatches(port.pattern, artifact.mediaType, path);
      return artifact;
    }
    const inline = Inline.safeParse(value);
    if (!inline.success)
      throw new IntermodalError(
        'input.invalid',
        `${path}: give the file as {"artifact": "art_…"}, or a small one as {"base64": "…", "mediaType": "…"}.`,
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
