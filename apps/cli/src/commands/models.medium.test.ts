import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openModelBucket } from '@intermodal/artifacts';
import { newUuid } from '@intermodal/contracts';
import { s3TestConfig, WITHOUT_S3 } from '@intermodal/testing';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const BYTES = 3_000_000;
const COMMIT = 'c'.repeat(40);
const s3 = s3TestConfig(process.env);
const bucket = `im-models-${newUuid().slice(-12)}`;
const { signal } = new AbortController();

/** What every source has; a test may spoil it. */
let weights: Buffer;
let ranges: (string | undefined)[];
let stallAfter: number | undefined;
let stalled: PromiseWithResolvers<void>;
let folder: string;

/** A web server, a hub, and a gate before the real S3 which can stop in the middle. */
const server = createServer((request, response) => {
  const path = request.url ?? '';
  const isOurs = path.startsWith('/web/') || path === `/someone/tiny/resolve/${COMMIT}/weights.bin`;
  if (path.startsWith(`/${bucket}`)) passOn(request, response);
  else if (isOurs) serve(request, response);
  else response.writeHead(404).end();
});

function serve(request: IncomingMessage, response: ServerResponse): void {
  const { range } = request.headers;
  ranges.push(range);
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': weights.length - from,
    ...(from > 0 && { 'content-range': `bytes ${from}-${weights.length - 1}/${weights.length}` }),
  });
  if (stallAfter === undefined) return void response.end(weights.subarray(from));
  response.write(weights.subarray(from, stallAfter), () => stalled.resolve());
}

/** As it came, with its Host, which is part of its signature. */
function passOn(request: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = request;
  const onward = httpRequest(new URL(s3!.endpoint), { method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    if (method !== 'GET' || !url?.includes('weights.bin')) return void answer.pipe(response);
    ranges.push(headers.range);
    if (stallAfter === undefined) return void answer.pipe(response);
    let left = stallAfter;
    answer.on('data', (chunk: Buffer) => {
      const part = chunk.subarray(0, left);
      left -= part.length;
      if (part.length > 0) response.write(part, () => left === 0 && stalled.resolve());
    });
  });
  request.pipe(onward);
  // Whoever was killed left it in the middle.
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
}

const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  if (!s3) return;
  const client = new S3Client({ ...s3, credentials: s3 });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-models-'));
  weights = randomBytes(BYTES);
  [ranges, stallAfter, stalled] = [[], undefined, Promise.withResolvers()];
  await Promise.all(['source', 'catalogue'].map((name) => mkdir(join(folder, name))));
});
afterEach(() => rm(folder, { recursive: true }));

const MAIN = join(import.meta.dirname, '..', 'main.ts');

function start(args: readonly string[], more: Record<string, string> = {}): ChildProcess {
  const environment = {
    PATH: process.env.PATH,
    INTERMODAL_DATA_DIR: join(folder, 'data'),
    INTERMODAL_MODEL_CATALOGUE: join(folder, 'catalogue'),
    INTERMODAL_HUGGING_FACE_URL: address(),
    ...(s3 && {
      S3_ENDPOINT: address(),
      S3_ACCESS_KEY_ID: s3.accessKeyId,
      S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
      S3_FORCE_PATH_STYLE: 'true',
    }),
    ...more,
  };
  const all = ['--conditions=@intermodal/source', MAIN, 'models', ...args];
  return spawn(process.execPath, all, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(args: readonly string[], more: Record<string, string> = {}) {
  const child = start(args, more);
  const [out, notes, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, out, notes };
}

const SOURCES = {
  web: { source: () => ({ kind: 'web', address: `${address()}/web/` }) },
  'hugging-face': { source: () => ({ kind: 'hugging-face', repository: 'someone/tiny', revision: COMMIT }) },
  s3: { source: () => ({ kind: 's3', prefix: `s3://${bucket}/a/b` }) },
  folder: { source: () => ({ kind: 'folder', folder: join(folder, 'source') }) },
} as const;
type Kind = keyof typeof SOURCES;

/** Puts the weights where the source has them. */
async function publish(kind: Kind): Promise<void> {
  const path = join(folder, 'source', 'weights.bin');
  await writeFile(path, weights);
  if (kind !== 's3') return;
  const opened = openModelBucket({ ...s3!, endpoint: s3!.endpoint }, bucket);
  await opened.put('a/b/weights.bin', path, { sha256: 'of no account', signal });
  await opened.close();
}

const describeModel = (kind: Kind, more: object = {}): Promise<void> =>
  writeFile(
    join(folder, 'catalogue', 'mine.model.json'),
    JSON.stringify({
      id: 'mine',
      summary: 'A model of my own.',
      engine: 'onnx',
      tasks: ['audio.embed'],
      architecture: 'mine',
      licence: 'CC-BY-NC-4.0',
      nonCommercial: true,
      source: SOURCES[kind].source(),
      files: [
        { file: 'weights.bin', bytes: BYTES, sha256: createHash('sha256').update(weights).digest('hex') },
      ],
      ...more,
    }),
  );

const stored = async (ending: string): Promise<string | undefined> => {
  const names = await readdir(join(folder, 'data', 'models'), { recursive: true }).catch(() => []);
  const name = names.find((one) => one.includes(ending));
  return name === undefined ? undefined : join(folder, 'data', 'models', name);
};

describe.each(Object.keys(SOURCES) as Kind[])('a model of one’s own in %s', (kind) => {
  const title = (what: string): string => (kind === 's3' && !s3 ? `${what} (${WITHOUT_S3})` : what);
  const where = it.skipIf(kind === 's3' && !s3);

  where(title('is pulled, listed and verified; its licence is not kept quiet'), async () => {
    await describeModel(kind);
    await publish(kind);
    const pulled = await run(['pull', 'mine']);
    expect(pulled).toMatchObject({ code: 0 });
    expect(pulled.notes).toMatch(/mine may not be used commercially: its licence is CC-BY-NC-4.0/);
    expect(await readFile((await stored('weights.bin'))!)).toEqual(weights);
    const shown = JSON.parse((await run(['show', 'mine', '--json'])).out) as object;
    expect(shown).toMatchObject({ state: 'here', nonCommercial: true, own: true, source: { kind } });
    expect((await run(['list'])).out).toMatch(
      /^mine +here +3\.0 MB +onnx +audio\.embed +CC-BY-NC-4\.0 \(non-comm/m,
    );
    const verified = await run(['verify']);
    expect([verified.code, verified.out.split('\n').length]).toEqual([0, 2]);
    // The same length: only reading shows it.
    await writeFile((await stored('weights.bin'))!, randomBytes(BYTES));
    expect(await run(['verify'])).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^mine +damaged/) as string,
    });
  });

  where(title('is refused when one byte is wrong, and nothing of it stays'), async () => {
    await describeModel(kind);
    weights[1_234_567]! ^= 1;
    await publish(kind);
    const { code, notes } = await run(['pull', 'mine']);
    expect(code).toBe(3);
    expect(notes).toMatch(/weights.bin of the model mine is not what it should be .*\(model\.corrupt\)/);
    expect(await stored('weights.bin')).toBeUndefined();
  });

  if (kind === 'folder') return;
  for (const part of [0.3, 0.9])
    where(title(`goes on where the command was killed at ${part}`), async () => {
      await describeModel(kind);
      await publish(kind);
      const until = Math.floor(BYTES * part);
      stallAfter = until;
      const child = start(['pull', 'mine']);
      await stalled.promise;
      const sizeOfPart = async () => (await stat((await stored('.part')) ?? folder)).size;
      await expect.poll(sizeOfPart, { timeout: 10_000 }).toBe(until);
      child.kill('SIGKILL');
      await once(child, 'exit');
      stallAfter = undefined;
      ranges.length = 0;
      expect(await run(['pull', 'mine'])).toMatchObject({ code: 0 });
      expect(ranges).toEqual([`bytes=${until}-`]);
      expect(await readFile((await stored('weights.bin'))!)).toEqual(weights);
    });
});

describe.skipIf(!s3)(s3 ? 'a mirror in S3' : `a mirror in S3 (${WITHOUT_S3})`, () => {
  it('is written, and taken from first, with hashes that were recorded', async () => {
    await describeModel('web', { files: [{ file: 'weights.bin' }] });
    expect(await run(['pull', 'mine'])).toMatchObject({ code: 0 });
    const mirror = `s3://${bucket}/mirror`;
    const written = await run(['mirror', mirror]);
    expect(written).toMatchObject({ code: 0, out: `mine is in ${mirror}\n` });
    ranges.length = 0;
    const there = { INTERMODAL_MODEL_DIR: join(folder, 'other'), INTERMODAL_MODEL_MIRROR: mirror };
    // The web is another one meanwhile, which nobody asks.
    const original = weights;
    weights = randomBytes(BYTES);
    expect(await run(['pull', 'mine'], there)).toMatchObject({ code: 0 });
    const [version] = (await readdir(join(folder, 'other', 'mine'))).sort();
    expect(await readFile(join(folder, 'other', 'mine', version!, 'weights.bin'))).toEqual(original);
    // Whoever writes it again sends nothing that is there.
    expect(await run(['mirror', mirror, 'mine'])).toMatchObject({ code: 0 });
  });

  it('that refuses is an error', async () => {
    await describeModel('web');
    const wrong = { S3_SECRET_ACCESS_KEY: 'wrong', INTERMODAL_MODEL_MIRROR: `s3://${bucket}/mirror` };
    const { code, notes } = await run(['pull', 'mine'], wrong);
    expect(code).toBe(3);
    expect(notes).toMatch(/weights.bin of the model mine could not be fetched, because .*\(HTTP 403\)/);
  });
});

it('names every fault of every own model, and what it needs for S3', async () => {
  await describeModel('s3');
  const without = { S3_ACCESS_KEY_ID: '', S3_SECRET_ACCESS_KEY: '' };
  expect((await run(['pull', 'mine'], without)).notes).toMatch(/needs an account: set S3_ACCESS_KEY_ID/);
  await describeModel('web', { id: 'silero-vad', licence: 5 });
  await writeFile(join(folder, 'catalogue', 'other.model.json'), '{');
  const { code, notes } = await run(['list']);
  expect(code).toBe(2);
  expect(notes).toMatch(/mine\.model\.json: licence: .*expected string.*; other\.model\.json: is not JSON/);
});
