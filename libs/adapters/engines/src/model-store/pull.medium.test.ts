import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Model } from '@intermodal/models';
import { tinyModel } from '@intermodal/testing';
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
  };
  model = tinyModel({ source: { kind: 'web', address: `http://127.0.0.1:${port}/` }, files: [file] });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-pull-'));
  store = new FolderModelStore({ folder, pauseMs: 1 });
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
const sizeOfPart = async (): Promise<number> => {
  const [part] = (await beside()).filter((name) => name.includes('.part'));
  return part === undefined ? 0 : (await stat(join(dirname(path()), part))).size;
};

describe('pulling a model', () => {
  it('fetches it once, with progress', async () => {
    const seen: number[] = [];
    await store.pull([model], { signal, onProgress: ({ bytes }) => seen.push(bytes) });
    expect(await readFile(path())).toEqual(weights);
    expect(seen.at(-1)).toBe(weights.length);
    await store.pull([model], { signal });
    expect(ranges).toEqual([undefined]);
    expect(await beside()).toEqual(['model.onnx']);
  });

  it('goes on where it was broken off', async () => {
    breakAfter(100_000);
    await expect(store.pull([model], { signal })).rejects.toMatchObject({ code: 'model.unavailable' });
    expect(await beside()).toEqual(['model.onnx.part']);
    const { size } = await stat(`${path()}.part`);
    answer = serveRanges;
    ranges.length = 0;
    await store.pull([model], { signal });
    expect(ranges).toEqual([size > 0 ? `bytes=${size}-` : undefined]);
    expect(await readFile(path())).toEqual(weights);
  });

  it('goes on by itself where a connection broke', async () => {
    answer = (request, response) => {
      if (ranges.length === 3) return serveRanges(request, response);
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      ranges.push(request.headers.range);
      const range = `bytes ${from}-${weights.length - 1}/${weights.length}`;
      response.writeHead(from > 0 ? 206 : 200, from > 0 ? { 'content-range': range } : {});
      response.write(weights.subarray(from, from + 50_000), () => response.destroy());
    };
    await store.pull([model], { signal });
    expect(await readFile(path())).toEqual(weights);
    expect(ranges).toHaveLength(4);
  });

  it('begins anew where the server knows no ranges', async () => {
    breakAfter(100_000);
    await expect(store.pull([model], { signal })).rejects.toThrow();
    answer = (_request, response) => void response.writeHead(200).end(weights);
    await store.pull([model], { signal });
    expect(await readFile(path())).toEqual(weights);
  });

  it('refuses other bytes, and keeps none of them', async () => {
    answer = (_request, response) => void response.writeHead(200).end(Buffer.alloc(weights.length, 'x'));
    await expect(store.pull([model], { signal })).rejects.toMatchObject({ code: 'model.corrupt' });
    expect(await beside()).toEqual([]);
    answer = (_request, response) => void response.writeHead(200).end(Buffer.alloc(weights.length * 2));
    await expect(store.pull([model], { signal })).rejects.toMatchObject({ code: 'model.corrupt' });
    expect(await beside()).toEqual([]);
  });

  it('begins anew what nobody knows the hash of, for an address may have other bytes tomorrow', async () => {
    const unknown: Model = { ...model, files: [{ file: 'model.onnx' }] };
    breakAfter(100_000);
    await expect(store.pull([unknown], { signal })).rejects.toMatchObject({ code: 'model.unavailable' });
    ranges.length = 0;
    answer = serveRanges;
    await store.pull([unknown], { signal });
    // Once for its length, once for its bytes.
    expect(ranges).toEqual([undefined, undefined]);
    expect(await store.find(unknown)).toBeDefined();
    await rm(store.pathOf(unknown, unknown.files[0]!));
    answer = (_request, response) => void response.writeHead(200).end(Buffer.alloc(weights.length, 'x'));
    await expect(store.pull([unknown], { signal })).rejects.toMatchObject({ code: 'model.corrupt' });
  });

  it('says so when the address has nothing', async () => {
    answer = (_request, response) => void response.writeHead(404).end();
    await expect(store.pull([model], { signal })).rejects.toMatchObject({
      code: 'model.unavailable',
      message: expect.stringContaining('404') as string,
    });
  });

  it('stops when it is told to, and keeps what it has', async () => {
    const stop = new AbortController();
    answer = (_request, response) => void response.writeHead(200).write(weights.subarray(0, 1000));
    const reason = new Error('enough');
    const pulling = store.pull([model], { signal: stop.signal, onProgress: () => stop.abort(reason) });
    await expect(pulling).rejects.toBe(reason);
    expect(await beside()).toEqual(['model.onnx.part']);
  });

  it.each([0.3, 0.9])('goes on where a process was killed at %d', async (part) => {
    const until = Math.floor(weights.length * part);
    const sent = Promise.withResolvers<void>();
    answer = (request, response) => {
      ranges.push(request.headers.range);
      response.writeHead(200, { 'content-length': weights.length });
      response.write(weights.subarray(0, until), () => sent.resolve());
    };
    const child = fork(new URL('./pull-child.testing.ts', import.meta.url), {
      execArgv: ['--conditions=@intermodal/source'],
    });
    const ended = once(child, 'exit');
    child.send({ store: { folder }, model });
    await sent.promise;
    // What was sent is on its way to the disk.
    await expect.poll(() => sizeOfPart()).toBe(until);
    child.kill('SIGKILL');
    await ended;
    answer = serveRanges;
    ranges.length = 0;
    // What is there already counts once.
    await new FolderModelStore({ folder, maxBytes: weights.length }).pull([model], { signal });
    expect(await readFile(path())).toEqual(weights);
    expect(ranges).toEqual([`bytes=${until}-`]);
    expect(await beside()).toEqual(['model.onnx']);
  });

  it('fetches some files at a time, and all that can be had when one cannot', async () => {
    const file = model.files[0]!;
    const more = Array.from({ length: 6 }, (_, i) => ({ ...model, id: `tiny-${i}`, files: [{ ...file }] }));
    more[2]!.files[0] = { ...file, from: 'nothing.onnx' };
    let open = 0;
    let most = 0;
    const four = Promise.withResolvers<void>();
    answer = (request, response) => {
      if (request.url !== '/model.onnx') return void response.writeHead(404).end();
      most = Math.max(most, ++open);
      if (open === 4) four.resolve();
      void four.promise.then(() => response.writeHead(200).end(weights, () => open--));
    };
    await expect(store.pull(more, { signal })).rejects.toMatchObject({
      code: 'model.unavailable',
      message: expect.stringContaining('tiny-2') as string,
    });
    const found = await Promise.all(more.map((one) => store.find(one)));
    expect(found.map((one) => one !== undefined)).toEqual([true, true, false, true, true, true]);
    expect(most).toBe(4);
  });

  it('refuses what has no room, before it fetches anything', async () => {
    const small = new FolderModelStore({ folder, maxBytes: weights.length - 1 });
    await expect(small.pull([model], { signal })).rejects.toMatchObject({
      code: 'model.no_room',
      message: expect.stringContaining('INTERMODAL_MODEL_MAX_BYTES') as string,
    });
    expect(ranges).toEqual([]);
    await new FolderModelStore({ folder, maxBytes: weights.length }).pull([model], { signal });
    expect(await readFile(path())).toEqual(weights);
  });

  it('lets two pull at once', async () => {
    const other = new FolderModelStore({ folder });
    await Promise.all([store.pull([model], { signal }), other.pull([model], { signal })]);
    expect(await readFile(path())).toEqual(weights);
    expect(await beside()).toEqual(['model.onnx']);
  });
});

describe('a mirror with an address', () => {
  const asked: { url: string | undefined; authorization: string | undefined }[] = [];
  const mirrored = (options: { mirror: string; mirrorToken?: string }) =>
    new FolderModelStore({ folder, pauseMs: 1, ...options });
  const address = () => new URL('/mirror/', model.source.kind === 'web' ? model.source.address : '');
  beforeEach(() => {
    asked.length = 0;
    answer = (request, response) => {
      asked.push({ url: request.url, authorization: request.headers.authorization });
      if (request.url === '/mirror/tiny/model.onnx') serveRanges(request, response);
      else response.writeHead(404).end();
    };
  });

  it('is asked first, with its token', async () => {
    await mirrored({ mirror: address().href, mirrorToken: 'secret' }).pull([model], { signal });
    expect(asked).toEqual([{ url: '/mirror/tiny/model.onnx', authorization: 'Bearer secret' }]);
  });

  it('is told the name and the password of its address, which stand in no request line', async () => {
    const mirror = address();
    [mirror.username, mirror.password] = ['me', 'pass word'];
    await mirrored({ mirror: mirror.href.replace(/\/$/, '') }).pull([model], { signal });
    const authorization = `Basic ${Buffer.from('me:pass word').toString('base64')}`;
    expect(asked).toEqual([{ url: '/mirror/tiny/model.onnx', authorization }]);
  });

  it('may lack a model: the public address has it', async () => {
    const other = { ...model, id: 'other' };
    answer = (request, response) => {
      asked.push({ url: request.url, authorization: request.headers.authorization });
      if (request.url === '/model.onnx') serveRanges(request, response);
      else response.writeHead(404).end();
    };
    await mirrored({ mirror: address().href, mirrorToken: 'secret' }).pull([other], { signal });
    // The token is for the mirror only.
    expect(asked).toEqual([
      { url: '/mirror/other/model.onnx', authorization: 'Bearer secret' },
      { url: '/model.onnx', authorization: undefined },
    ]);
  });

  it('is not asked while tasks run', async () => {
    expect(await mirrored({ mirror: address().href }).find(model)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('that refuses is an error, and no reason to go elsewhere', async () => {
    answer = (_request, response) => void response.writeHead(403).end();
    await expect(mirrored({ mirror: address().href }).pull([model], { signal })).rejects.toMatchObject({
      code: 'model.unavailable',
      message: expect.stringContaining('answered 403') as string,
    });
  });
});
