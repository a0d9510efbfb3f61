import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pinnedAt, type Model } from '@intermodal/models';
import { tinyModel } from '@intermodal/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FolderModelStore, type FolderModelStoreOptions } from './folder-model-store.ts';
import { mirrorModel } from './mirror-models.ts';
import { pruneStore } from './prune-store.ts';

const COMMIT = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const { signal } = new AbortController();
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Nobody knows the hashes of its files, nor which commit is wanted. */
const model = tinyModel({
  engine: 'transformers',
  tasks: ['text.embed'],
  source: { kind: 'hugging-face', repository: 'someone/tiny' },
  files: [{ file: 'config.json' }],
  variants: [
    { dtype: 'q8', device: 'cpu', files: [{ file: 'onnx/model.bin' }] },
    { dtype: 'fp32', device: 'cpu', files: [{ file: 'onnx/large.bin' }] },
  ],
});

interface Asked {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

/** What the hub keeps by commit and file, and how it is changed by a test. */
let files: Record<string, Record<string, Buffer>>;
let asked: Asked[];
let toldHash: string | undefined;
let toldCommit: string | undefined;
let stallAfter: number | undefined;
let isClosed: boolean;
let stalled: PromiseWithResolvers<void>;
const note = (request: IncomingMessage): void => {
  const { authorization, range } = request.headers;
  asked.push({ url: request.url, authorization, range });
};

/** Answers as the hub does: small files by itself, large ones by its store, after it said what they are. */
const hub = createServer((request, response) => {
  note(request);
  if (isClosed) return void response.writeHead(401).end();
  const match = /^\/someone\/tiny\/resolve\/(\w{40})\/(.+)$/.exec(request.url ?? '');
  const bytes = match && files[match[1]!]?.[match[2]!];
  if (!match || !bytes) return void response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
  const headers = { 'x-repo-commit': toldCommit ?? match[1]! };
  if (!match[2]!.endsWith('.bin')) return serve(bytes, request, response, headers);
  const etag = `"${toldHash ?? sha256(bytes)}"`;
  const location = `${addressOf(store)}${match[1]}/${match[2]}`;
  response.writeHead(302, { ...headers, 'x-linked-etag': etag, location }).end();
});
const store = createServer((request, response) => {
  note(request);
  const [, commit = '', ...path] = (request.url ?? '').split('/');
  serve(files[commit]![path.join('/')]!, request, response);
});

function serve(bytes: Buffer, request: IncomingMessage, response: ServerResponse, more: object = {}): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const range = from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {};
  response.writeHead(from > 0 ? 206 : 200, { ...more, ...range, 'content-length': bytes.length - from });
  if (stallAfter === undefined) return void response.end(bytes.subarray(from));
  response.write(bytes.subarray(from, stallAfter), () => stalled.resolve());
}

const addressOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

let folder: string;
let options: FolderModelStoreOptions;
beforeAll(async () => {
  for (const server of [hub, store]) await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  for (const server of [hub, store]) {
    server.closeAllConnections();
    server.close();
  }
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-hub-'));
  options = { folder, pauseMs: 1, huggingFace: { url: addressOf(hub), token: 'hf_secret' } };
  const contents = { 'config.json': Buffer.from('{}'), 'onnx/model.bin': Buffer.alloc(300_000, 'weights ') };
  files = { [COMMIT]: contents, [OTHER]: { ...contents, 'config.json': Buffer.from('{"other":1}') } };
  asked = [];
  [toldHash, toldCommit, stallAfter] = [undefined, undefined, undefined];
  stalled = Promise.withResolvers();
  isClosed = false;
});
afterEach(() => rm(folder, { recursive: true }));

const opened = (more: Partial<FolderModelStoreOptions> = {}) => new FolderModelStore({ ...options, ...more });
const pull = (from = opened(), revision: string | undefined = COMMIT) =>
  from.pull([model], { revision, signal });
const code = (expected: string, message: RegExp) => ({
  code: expected,
  message: expect.stringMatching(message) as string,
});
const without = (record: Model): Promise<void> =>
  rm(opened().pathOf(record, { file: 'onnx/model.bin' }), { force: true });

describe('the revision of a model', () => {
  it('that nobody has said is asked for, and nothing is fetched', async () => {
    await expect(opened().pull([model], { signal })).rejects.toMatchObject(
      code('model.unpinned', /tiny is wanted: .* models pull tiny --revision COMMIT/),
    );
    expect(asked).toEqual([]);
    expect(await opened().find(model)).toBeUndefined();
    expect(await opened().standing(model)).toMatchObject({ state: 'unpinned' });
  });

  it('is recorded when it was pulled, and holds for every later pull', async () => {
    await pull();
    expect(asked.filter(({ url }) => url?.includes(COMMIT)).length).toBe(asked.length);
    const standing = { state: 'here', revision: COMMIT };
    expect(await opened().standing(model)).toMatchObject(standing);
    await without(pinnedAt(model, COMMIT));
    asked = [];
    await opened().pull([model], { signal });
    expect(asked.find(({ url }) => url?.startsWith('/someone'))?.url).toContain(`/resolve/${COMMIT}/`);
    expect(await opened().find(model)).toMatchObject({ 'config.json': expect.any(String) as string });
  });

  it('that does not exist is said so, and not recorded', async () => {
    await expect(pull(opened(), 'c'.repeat(40))).rejects.toMatchObject(code('model.unavailable', /404/));
    await expect(opened().pull([model], { signal })).rejects.toMatchObject({ code: 'model.unpinned' });
  });

  it('stands in a folder of its own, and the one that counts no more is pruned', async () => {
    await pull();
    await pull(opened(), OTHER);
    const found = await opened().find(model);
    expect(await readFile(found!['config.json']!, 'utf8')).toBe('{"other":1}');
    const pruned = await pruneStore(folder, [model], { remove: true });
    expect(pruned.map(({ bytes }) => bytes > 300_000)).toEqual([true]);
    expect(await opened().find(model)).toEqual(found);
  });

  it('that the server answers is compared', async () => {
    toldCommit = OTHER;
    await expect(pull()).rejects.toMatchObject(code('model.unavailable', /with the commit bbbb.* not aaaa/));
  });

  it('of the catalogue cannot be overridden', async () => {
    const pinned = pinnedAt(model, OTHER);
    await expect(opened().pull([pinned], { revision: COMMIT, signal })).rejects.toMatchObject(
      code('model.invalid', /says already where the model tiny comes from/),
    );
  });
});

describe('a file whose hash nobody knows', () => {
  it('is recorded when it is first pulled, as sha256sum writes it, and later ones are held to that', async () => {
    await pull();
    const path = opened().pathOf(pinnedAt(model, COMMIT), { file: 'onnx/model.bin' });
    const hash = sha256(files[COMMIT]!['onnx/model.bin']!);
    const version = dirname(dirname(path)).split('/').at(-1);
    expect(await readFile(`${path}.sha256`, 'utf8')).toBe(`${hash}  ${version}/onnx/model.bin\n`);
    await without(pinnedAt(model, COMMIT));
    files[COMMIT]!['onnx/model.bin']![150_000]! ^= 1;
    await expect(pull()).rejects.toMatchObject(
      code('model.corrupt', /as it was first pulled.*remove .*\.sha256/),
    );
    expect((await readdir(dirname(path))).sort()).toEqual(['model.bin.sha256']);
    files[COMMIT]!['onnx/model.bin']![150_000]! ^= 1;
    await pull();
    await writeFile(path, 'weird');
    await expect(opened().find(model)).rejects.toMatchObject({ code: 'model.corrupt' });
  });

  it('is held to the hash that the hub has for it', async () => {
    toldHash = '0'.repeat(64);
    await expect(pull()).rejects.toMatchObject(code('model.corrupt', /onnx\/model.bin.*sha256 000000000000/));
    expect(await opened().standing(model)).toMatchObject({ state: 'unpinned' });
  });

  it('counts against the limit before anything is kept', async () => {
    await expect(pull(opened({ maxBytes: 300_001 }))).rejects.toMatchObject(
      code('model.no_room', /0.3 MB are missing/),
    );
    await pull(opened({ maxBytes: 300_002 }));
  });

  it('and that no server has is not taken for one that is here', async () => {
    await expect(
      opened().pull([model], { revision: COMMIT, variant: 'fp32-cpu', signal }),
    ).rejects.toMatchObject(code('model.unavailable', /onnx\/large.bin.*404/));
    await expect(
      opened().pull([model], { revision: COMMIT, variant: 'q4-cuda', signal }),
    ).rejects.toMatchObject(code('model.invalid', /no variant 'q4-cuda': it has q8-cpu, fp32-cpu/));
  });

  it.each([0.3, 0.9])(
    'is gone on with where a process was killed at %d, for a commit never changes',
    async (part) => {
      const until = Math.floor(300_000 * part);
      stallAfter = until;
      const child = fork(new URL('./pull-child.testing.ts', import.meta.url), {
        execArgv: ['--conditions=@intermodal/source'],
      });
      const ended = once(child, 'exit');
      const pinned = pinnedAt(model, COMMIT);
      // Its length is in the catalogue, so that the first request is the one for its bytes.
      const known: Model = {
        ...pinned,
        files: [],
        variants: [{ ...pinned.variants[0]!, files: [{ file: 'onnx/model.bin', bytes: 300_000 }] }],
      };
      child.send({ store: options, model: known });
      await stalled.promise;
      const path = opened().pathOf(known, { file: 'onnx/model.bin' });
      const sizeOfPart = async (): Promise<number> => {
        const names = await readdir(dirname(path)).catch(() => []);
        const name = names.find((one) => one.includes('.part'));
        return name === undefined ? 0 : (await stat(join(dirname(path), name))).size;
      };
      await expect.poll(sizeOfPart).toBe(until);
      child.kill('SIGKILL');
      await ended;
      stallAfter = undefined;
      asked = [];
      await opened().pull([known], { signal });
      expect(await readFile(path)).toEqual(files[COMMIT]!['onnx/model.bin']);
      expect(asked.map(({ range }) => range)).toEqual([`bytes=${until}-`, `bytes=${until}-`]);
    },
  );
});

it('tells the token to the hub only', async () => {
  await pull();
  const tokens = new Set(
    asked.map(({ url, authorization }) => `${url?.startsWith('/someone')} ${authorization}`),
  );
  expect([...tokens].sort()).toEqual(['false undefined', 'true Bearer hf_secret']);
});

it('says what a repository needs that is closed', async () => {
  isClosed = true;
  await expect(pull()).rejects.toMatchObject(
    code('model.unavailable', /401: .*INTERMODAL_HUGGING_FACE_TOKEN/),
  );
});

describe('a mirror of a model whose hashes were recorded', () => {
  let mirror: string;
  let other: string;
  beforeEach(async () => {
    mirror = await mkdtemp(join(tmpdir(), 'intermodal-mirror-'));
    other = await mkdtemp(join(tmpdir(), 'intermodal-other-'));
    await pull();
    expect(await mirrorModel(opened(), model, mirror, signal)).toBe(true);
    asked = [];
  });
  afterEach(async () => {
    await rm(mirror, { recursive: true });
    await rm(other, { recursive: true });
  });

  it('serves machines that never saw the hub, by the same hashes', async () => {
    const there = opened({ folder: other, mirror });
    await pull(there);
    expect(await there.find(model)).toBeDefined();
    expect(asked).toEqual([]);
    await rm(opened({ folder: other }).pathOf(pinnedAt(model, COMMIT), { file: 'config.json' }));
    // Workers take from a folder by themselves.
    expect(await there.find(model)).toBeDefined();
  });

  it('refuses a byte that is wrong in it', async () => {
    await writeFile(join(mirror, 'tiny', 'config.json'), '{ ');
    await expect(pull(opened({ folder: other, mirror }))).rejects.toMatchObject(
      code('model.corrupt', /config.json/),
    );
  });

  it('says that it holds another revision, and is not asked for files that it cannot vouch for', async () => {
    await expect(pull(opened({ folder: other, mirror }), OTHER)).rejects.toMatchObject(
      code('model.unavailable', /mirror holds another revision of the model tiny/),
    );
    await rm(join(mirror, 'tiny', 'config.json.sha256'));
    await pull(opened({ folder: other, mirror }));
    expect(asked.some(({ url }) => url?.endsWith(`${COMMIT}/config.json`))).toBe(true);
  });
});
