import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { newUuid } from '@intermodal/contracts';
import { artifactStoreContract, directStoreContract, s3TestConfig, WITHOUT_S3 } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openArtifactStore } from './open-artifact-store.ts';

const signal = new AbortController().signal;
const s3 = s3TestConfig(process.env);

describe('folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'intermodal-artifacts-'));
  });
  afterAll(async () => {
    // Whatever went wrong on the way, nothing unfinished stays.
    expect(await readdir(join(folder, 'unfinished'))).toEqual([]);
    await rm(folder, { recursive: true });
  });
  artifactStoreContract(() => openArtifactStore({ kind: 'folder', folder }));
  directStoreContract(() => openArtifactStore({ kind: 'folder', folder }));

  test('a folder that is gone is store.unavailable, not one that no database uses', async () => {
    const gone = join(folder, 'gone');
    const store = await openArtifactStore({ kind: 'folder', folder: gone });
    await rm(gone, { recursive: true });
    await expect(store.databases()).rejects.toMatchObject({ code: 'store.unavailable' });
  });

  test('a folder that cannot be made is store.unavailable', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(openArtifactStore({ kind: 'folder', folder: join(file, 'below') })).rejects.toMatchObject({
      code: 'store.unavailable',
    });
    await rm(file);
  });
});

describe.skipIf(s3 === undefined)(s3 ? 'S3' : `S3 (${WITHOUT_S3})`, () => {
  const fresh = `im-test-${newUuid().slice(-12)}`;
  artifactStoreContract(() => openArtifactStore({ ...s3!, bucket: fresh }));
  directStoreContract(() => openArtifactStore({ ...s3!, bucket: fresh }));

  test('an upload that was aborted leaves no parts that somebody pays for', async () => {
    const bucket = `im-test-${newUuid().slice(-12)}`;
    const store = await openArtifactStore({ ...s3!, bucket });
    const body = async function* () {
      yield randomBytes(20_000_000);
      throw new Error('gone');
    };
    const put = store.put(newUuid(), Readable.from(body(), { objectMode: false }), {
      ...{ mediaType: 'video/mp4', maxBytes: 1e9, signal },
    });
    await expect(put).rejects.toThrow('gone');
    await store.close();
    const client = new S3Client({ ...s3!, credentials: s3! });
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads ?? []).toEqual([]);
    client.destroy();
  });

  test('a bucket is made when it is absent, also by two at once', async () => {
    const bucket = `im-test-${newUuid().slice(-12)}`;
    const stores = await Promise.all([1, 2].map(() => openArtifactStore({ ...s3!, bucket })));
    await Promise.all(stores.map((store) => store.check()));
    await Promise.all(stores.map((store) => store.close()));
  });

  test('a wrong secret is store.unavailable', async () => {
    await expect(openArtifactStore({ ...s3!, secretAccessKey: 'not-the-secret' })).rejects.toMatchObject({
      code: 'store.unavailable',
    });
  });
});

describe('S3 that misbehaves', () => {
  let server: Server;
  let endpoint: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.method === 'HEAD') return void response.end();
      // Promises more than it sends.
      response.writeHead(200, { 'content-length': '1000' });
      response.write('x'.repeat(10), () => response.destroy());
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const config = () => ({
    ...{ endpoint, region: 'us-east-1', bucket: 'b', accessKeyId: 'a', secretAccessKey: 's' },
    forcePathStyle: true,
    kind: 's3' as const,
  });

  test('a body that is cut off is store.unavailable', async () => {
    const store = await openArtifactStore(config());
    const { body } = await store.open(newUuid(), { signal });
    await expect(buffer(body)).rejects.toMatchObject({ code: 'store.unavailable' });
    await store.close();
  });

  test('a store that nobody serves is store.unavailable, soon', async () => {
    await expect(openArtifactStore({ ...config(), endpoint: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      code: 'store.unavailable',
    });
  });
});
