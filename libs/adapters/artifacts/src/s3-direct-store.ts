import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
  type Part,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { SIGNED_FOR_S, type PresignedStore, type StoredParts } from '@intermodal/pipeline';
import { artifactKey } from './artifact-key.ts';
import { isMissing, unavailable } from './s3-errors.ts';

/**
 * Every upload is a multipart one, even of one part: once it is put together its addresses are worth nothing, while that of a plain
 * PUT could write over the object for as long as it is signed (decision 0027).
 */
export class S3DirectStore implements PresignedStore {
  readonly kind = 'presigned';
  readonly #client: S3Client;
  readonly #signer: S3Client;
  readonly #bucket: string;

  /** @param signer knows the address at which people reach the service */
  constructor(client: S3Client, signer: S3Client, bucket: string) {
    this.#client = client;
    this.#signer = signer;
    this.#bucket = bucket;
  }

  async begin(id: string, mediaType: string): Promise<string> {
    const begun = await this.#unlessMissing(() =>
      this.#client.send(
        new CreateMultipartUploadCommand({
          Bucket: this.#bucket,
          Key: artifactKey(id),
          ContentType: mediaType,
        }),
      ),
    );
    if (begun?.UploadId === undefined) throw unavailable(new Error('the answer has no UploadId'));
    return begun.UploadId;
  }

  partUrl(id: string, handle: string, { number, bytes }: { number: number; bytes: number }): Promise<string> {
    const command = new UploadPartCommand({
      ...this.#named(id, handle),
      PartNumber: number,
      // Signed: another number of bytes is refused by the store.
      ContentLength: bytes,
    });
    return getSignedUrl(this.#signer, command, {
      expiresIn: SIGNED_FOR_S,
      signableHeaders: new Set(['host', 'content-length']),
    });
  }

  downloadUrl(
    id: string,
    { mediaType, disposition }: { mediaType: string; disposition: string },
  ): Promise<string> {
    const command = new GetObjectCommand({
      Bucket: this.#bucket,
      Key: artifactKey(id),
      ResponseContentType: mediaType,
      ResponseContentDisposition: disposition,
    });
    return getSignedUrl(this.#signer, command, { expiresIn: SIGNED_FOR_S });
  }

  async parts(id: string, handle: string): Promise<StoredParts | undefined> {
    const parts = await this.#list(id, handle);
    return parts && new Map(parts.map(({ PartNumber, Size }) => [PartNumber!, Size!]));
  }

  async finish(id: string, handle: string): Promise<void> {
    const parts = await this.#list(id, handle);
    if (!parts) return;
    const Parts = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    const command = new CompleteMultipartUploadCommand({
      ...this.#named(id, handle),
      MultipartUpload: { Parts },
    });
    await this.#unlessMissing(() => this.#client.send(command));
  }

  async abandon(id: string, handle: string): Promise<void> {
    await this.#unlessMissing(() =>
      this.#client.send(new AbortMultipartUploadCommand(this.#named(id, handle))),
    );
  }

  async #list(id: string, handle: string): Promise<Part[] | undefined> {
    return this.#unlessMissing(async () => {
      const parts: Part[] = [];
      // Not the client's own walk through the pages: some stores name a next page after the last one.
      for (let after: string | undefined, more = true; more;) {
        const page = await this.#client.send(
          new ListPartsCommand({ ...this.#named(id, handle), PartNumberMarker: after }),
        );
        parts.push(...(page.Parts ?? []));
        after = page.NextPartNumberMarker;
        more = page.IsTruncated === true && after !== undefined;
      }
      return parts;
    });
  }

  #named(id: string, handle: string) {
    return { Bucket: this.#bucket, Key: artifactKey(id), UploadId: handle };
  }

  /** Undefined for an upload that is not there. */
  async #unlessMissing<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw unavailable(error);
    }
  }
}
