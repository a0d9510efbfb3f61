import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Model } from '@intermodal/models';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FolderModelStore } from './folder-model-store.ts';

const weights = Buffer.alloc(300_000, 'weights ');
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => answer(request, response));
const ranges: (string | undefined)[] = [];
let model: Model;
let folder: string;
let store: FolderModelStore;
const { signal } = new AbortController();

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const file = {
    file: 'model.onnx',
    bytes: weights.length,
    sha256: createHash('sha256').update(weights).digest('hex'),
    url: `http://127.0.0.1:${port}/model.onnx`,
  };
  model = { id: 'tiny', summary: '', licence: 'none', files: [file] };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-pull-'));
  store = new FolderModelStore({ folder });
  ranges.length = 0;
  answer = serveRanges;
});
afterEach(() => rm(folder, { recursive: true }));

function serveRanges(request: IncomingMessage, response: ServerResponse) {
  ranges.push(request.headers.range);
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const headers =
    from > 0 ? { 'content-range': `bytes ${from}-${weights.length - 1}/${weights.length}` } : {};
  response.writeHead(from > 0 ? 206 : 200, headers).end(weights.subarray(from));
}

/** Sends a part, and breaks the connection once that is on its way. */
function breakAfter(bytes: number) {
  answer = (request, response) => {
    ranges.push(request.headers.range);
    response.writeHead(200, { 'content-length': weights.length });
    response.write(weights.subarray(0, bytes), () => response.destroy());
  };
}

const path = () => store.pathOf(model, model.files[0]!);
const beside = () => readdir(dirname(path()));

describe('pulling a model', () => {
  it('fetches it once, with progress', async () => {
    const seen: number[] = [];
    const found = await store.pull(model, { signal, onProgress: ({ bytes }) => seen.push(bytes) });
    expect(await readFile(found['model.onnx']!)).toEqual(weights);
    expect(seen.at(-1)).toBe(weights.length);
    await store.pull(model, { signal });
    expect(ranges).toEqual([undefined]);
    expect(await beside()).toEqual(['model.onnx']);
  });

  it('goes on where it was broken off', async () => {
    breakAfter(100_000);
    await expect(store.pull(model, { signal })).rejects.toMatchObject({ code: 'model.unavailable' });
    expect(await beside()).toEqual(['model.onnx.part']);
    const { size } = await stat(`${path()}.part`);
    answer = serveRanges;
    await store.pull(model, { signal });
    expect(ranges).toEqual([undefined, size > 0 ? `bytes=${size}-` : undefined]);
    expect(await readFile(path())).toEqual(weights);
  });

  it('begins anew where the server knows no ranges', async () => {
    breakAfter(100_000);
    await expect(store.pull(model, { signal })).rejects.toThrow();
    answer = (_request, response) => void response.writeHead(200).end(weights);
    await store.pull(model, { signal });
    expect(await readFile(path())).toEqual(weights);
  });

  it('refuses other bytes, and keeps none of them', async () => {
    answer = (_request, response) => void response.writeHead(200).end(Buffer.alloc(weights.length, 'x'));
    await expect(store.pull(model, { signal })).rejects.toMatchObject({ code: 'model.corrupt' });
    expect(await beside()).toEqual([]);
    answer = (_request, response) => void response.writeHead(200).end(Buffer.alloc(weights.length * 2));
    await expect(store.pull(model, { signal })).rejects.toMatchObject({ code: 'model.corrupt' });
    expect(await beside()).toEqual([]);
  });

  it('says so when the address has nothing', async () => {
    answer = (_request, response) => void response.writeHead(404).end();
    await expect(store.pull(model, { signal })).rejects.toMatchObject({
      code: 'model.unavailable',
      message: expect.stringContaining('404') as string,
    });
  });

  it('stops when it is told to, and keeps what it has', async () => {
    const stop = new AbortController();
    answer = (_request, response) => void response.writeHead(200).write(weights.subarray(0, 1000));
    const reason = new Error('enough');
    const pulling = store.pull(model, { signal: stop.signal, onProgress: () => stop.abort(reason) });
    await expect(pulling).rejects.toBe(reason);
    expect(await beside()).toEqual(['model.onnx.part']);
  });

  it('lets two pull at once', async () => {
    const other = new FolderModelStore({ folder });
    await Promise.all([store.pull(model, { signal }), other.pull(model, { signal })]);
    expect(await readFile(path())).toEqual(weights);
    expect(await beside()).toEqual(['model.onnx']);
  });
});
