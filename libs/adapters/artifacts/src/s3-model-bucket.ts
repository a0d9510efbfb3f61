import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Access } from '@intermodal/config';
import type { ModelBucket } from '@intermodal/models';
import { s3Client } from './s3-client.ts';
import { isMissing, statusOf, unavailable } from './s3-errors.ts';
import { wholeBody } from './whole-body.ts';

/** Ten thousand parts of this size are 156 GiB; two of them are held in memory. */
const PART_BYTES = 16 * 1024 * 1024;
const PARTS_AT_ONCE = 2;

/** A bucket that models are kept in; it must be there. Its keys are those of a mirror, or of whoever put them there. */
export const openModelBucket = (access: S3Access, bucket: string): ModelBucket =>
  new S3ModelBucket(s3Client(access), bucket);

class S3ModelBucket implements ModelBucket {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async open(
    key: string,
    { from, signal }: { from: number; signal: AbortSignal },
  ): Promise<{ body: AsyncIterable<Uint8Array>; begins: number; bytes: number } | undefined> {
    const command = new GetObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      ...(from > 0 && { Range: `bytes=${from}-` }),
    });
    try {
      const { Body, ContentLength, ContentRange } = await this.#client.send(command, { abortSignal: signal });
      if (ContentLength === undefined || !Body) throw new Error('the answer has no Content-Length');
      const bytes = Number(/\/(\d+)$/.exec(ContentRange ?? '')?.[1] ?? ContentLength);
      const begins = bytes - ContentLength;
      return { body: wholeBody(Body as Readable, ContentLength, signal), begins, bytes };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (isMissing(error)) return undefined;
      // Nothing is after the offset: the object ends there, or is another one.
      if (from > 0 && statusOf(error) === 416) return this.open(key, { from: 0, signal });
      throw unavailable(error);
    }
  }

  async sha256Of(key: string): Promise<string | undefined> {
    try {
      const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: key });
      return (await this.#client.send(command)).Metadata?.['sha256'];
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw unavailable(error);
    }
  }

  async put(key: string, path: string, options: { sha256: string; signal: AbortSignal }): Promise<void> {
    const { sha256, signal } = options;
    signal.throwIfAborted();
    const body = createReadStream(path, { signal });
    const upload = new Upload({
      client: this.#client,
      params: { Bucket: this.#bucket, Key: key, Body: body, Metadata: { sha256 } },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
    });
    try {
      await upload.done();
    } catch (error) {
      body.destroy();
      if (signal.aborted) throw signal.reason;
      throw unavailable(error);
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }
}
