import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type GetObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Readable } from 'node:stream';
import { IntermodalError } from '@intermodal/contracts';
import type { ArtifactStore, ByteRange, StoredBytes, StoredPage } from '@intermodal/pipeline';
import {
  artifactFolder,
  artifactKey,
  databaseKey,
  DATABASES_FOLDER,
  databasesIn,
  idIn,
} from './artifact-key.ts';
import { S3DirectStore } from './s3-direct-store.ts';
import { metered } from './metered.ts';
import { dateOf } from './s3-date.ts';
import { unsatisfiable } from './range.ts';
import { isMissing, statusOf, unavailable } from './s3-errors.ts';
import { wholeBody } from './whole-body.ts';

/** Held in memory per upload: two parts. Ten thousand parts of this size are 78 GiB. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;

/** Artifacts as objects of one bucket. */
export class S3ArtifactStore implements ArtifactStore {
  readonly #client: S3Client;
  readonly #signer: S3Client;
  readonly #bucket: string;
  readonly direct: S3DirectStore;

  /**
   * @param client is closed by close()
   * @param signer the same, under the address at which people reach the service
   */
  constructor(client: S3Client, signer: S3Client, bucket: string) {
    this.#client = client;
    this.#signer = signer;
    this.direct = new S3DirectStore(client, signer, bucket);
    this.#bucket = bucket;
  }

  async put(
    id: string,
    source: Readable,
    options: { mediaType: string; maxBytes: number; signal: AbortSignal },
  ): Promise<StoredBytes> {
    const key = artifactKey(id);
    const meter = metered(source, options);
    // Not its own abort(): that returns at once and leaves requests behind which may still make the object appear.
    // A failing body makes it end the multipart upload and wait for that.
    const upload = new Upload({
      client: this.#client,
      params: {
        Bucket: this.#bucket,
        Key: key,
        Body: meter.body,
        ContentType: headerSafe(options.mediaType),
      },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
    });
    try {
      await upload.done();
    } catch (error) {
      meter.body.destroy();
      source.destroy();
      if (options.signal.aborted) throw options.signal.reason;
      throw meter.failure() ?? unavailable(error);
    }
    if (options.signal.aborted) {
      await this.delete(id);
      throw options.signal.reason;
    }
    return meter.stored();
  }

  async open(
    id: string,
    options: { range?: ByteRange; signal: AbortSignal },
  ): Promise<{ body: Readable; bytes: number }> {
    const { range, signal } = options;
    signal.throwIfAborted();
    if (range && range.first > range.last) throw unsatisfiable(range, undefined);
    const answer = await this.#get(artifactKey(id), range, signal);
    const length = answer.ContentLength;
    if (length === undefined || answer.Body === undefined) {
      throw unavailable(new Error('the answer has no Content-Length'));
    }
    const whole = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1];
    if (range && whole === undefined) throw unavailable(new Error('the store ignored the Range'));
    return {
      body: wholeBody(answer.Body as Readable, length, signal),
      bytes: whole === undefined ? length : Number(whole),
    };
  }

  async delete(id: string): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: artifactKey(id) });
    try {
      await this.#client.send(command);
    } catch (error) {
      if (!isMissing(error)) throw unavailable(error);
    }
  }

  async list(prefix: string, after?: string): Promise<StoredPage> {
    const folder = artifactFolder(prefix);
    const command = new ListObjectsV2Command({
      Bucket: this.#bucket,
      Prefix: `${folder}/`,
      ...(after !== undefined && { StartAfter: artifactKey(after) }),
    });
    const date = dateOf(command);
    try {
      const { Contents = [], IsTruncated = false } = await this.#client.send(command);
      const entries = Contents.flatMap(({ Key = '', LastModified }) => {
        const id = idIn(folder, Key.slice(folder.length + 1));
        return id !== undefined && LastModified ? [{ id, storedAt: LastModified }] : [];
      });
      return { entries, more: IsTruncated, now: date() };
    } catch (error) {
      throw unavailable(error);
    }
  }

  async databases(): Promise<string[]> {
    const folder = `${DATABASES_FOLDER}/`;
    const command = new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: folder });
    try {
      const { Contents = [] } = await this.#client.send(command);
      return databasesIn(Contents.map(({ Key = '' }) => Key.slice(folder.length)));
    } catch (error) {
      throw unavailable(error);
    }
  }

  async addDatabase(id: string): Promise<void> {
    const object = { Bucket: this.#bucket, Key: databaseKey(id), Body: '' };
    try {
      await this.#client.send(new PutObjectCommand(object));
    } catch (error) {
      throw unavailable(error);
    }
  }

  async check(): Promise<void> {
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }));
    } catch (error) {
      throw unavailable(error);
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
    this.#signer.destroy();
  }

  async #get(
    key: string,
    range: ByteRange | undefined,
    signal: AbortSignal,
  ): Promise<GetObjectCommandOutput> {
    try {
      return await this.#client.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          ...(range ? { Range: `bytes=${range.first}-${range.last}` } : {}),
        }),
        { abortSignal: signal },
      );
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (range && statusOf(error) === 416) throw unsatisfiable(range, undefined);
      if (!isMissing(error)) throw unavailable(error);
      throw new IntermodalError('artifact.not_found', `The store has no object ${key}.`, { cause: error });
    }
  }
}

/** The type is in the records; here it is only for people who look into the bucket, and must not break the request. */
const headerSafe = (mediaType: string): string =>
  /^[\x21-\x7e]+\/[\x20-\x7e]{1,200}$/.test(mediaType) ? mediaType : 'application/octet-stream';
