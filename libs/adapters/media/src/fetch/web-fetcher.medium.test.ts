import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineContext, FileFetcher } from '@intermodal/models';
import { makePixels, makePng, writeSounds } from '@intermodal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { webFetcher } from './web-fetcher.ts';

const png = makePng(makePixels({ width: 8, height: 8 }, [200, 10, 10], []));
const html = '<!doctype html><title>A talk</title><p>Here is the talk.';
/** What the server has, and what it says that it is. */
const FILES: Record<string, [type: string | undefined, body: Uint8Array | string]> = {
  '/a%20picture.png': ['image/jpeg', png],
  '/page.wav': ['audio/wav', html],
  '/lines.srt': ['application/x-subrip', '1\n00:00:00,000 --> 00:00:01,000\nGood morning\n'],
  '/notes': [undefined, 'just text'],
  '/noise.mp3': ['audio/mpeg', Buffer.from([0, 1, 2, 3, 4, 250, 251, 252])],
};

let folder: string;
let base: string;
const server = createServer((request, response) => {
  const [type, body] = FILES[request.url!]!;
  response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(body);
});
let fetcher: FileFetcher;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-fetch-'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  await writeSounds(join(folder, 'tone.wav'), [{ kind: 'tone', ms: 100 }]);
  FILES['/talk.wav'] = ['application/octet-stream', await readFile(join(folder, 'tone.wav'))];
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const engine = webFetcher({ policy: { loopback: true, http: true }, maxBytes: 1_000_000 });
  fetcher = (await engine.open({} as EngineContext)).use as FileFetcher;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(folder, { recursive: true });
});

const fetch = (path: string, accept: string) =>
  fetcher.fetch(`${base}${path}`, join(folder, 'got'), { accept, signal: AbortSignal.timeout(10_000) });

it.each([
  ['/talk.wav', 'audio/*', 'audio/wav', 'talk.wav'],
  ['/a%20picture.png', 'image/*', 'image/png', 'a picture.png'],
  ['/lines.srt', '*/*', 'application/x-subrip', 'lines.srt'],
  ['/notes', '*/*', 'application/octet-stream', 'notes'],
])('%s for %s is %s, whatever the server says', async (path, accept, mediaType, name) => {
  expect(await fetch(path, accept)).toMatchObject({ mediaType, name });
});

it.each([
  ['/page.wav', 'audio/*'],
  ['/a%20picture.png', 'audio/*'],
  ['/noise.mp3', 'audio/*'],
])('%s is not taken for %s', async (path, accept) => {
  await expect(fetch(path, accept)).rejects.toMatchObject({
    code: 'media.unsupported',
    message: expect.stringMatching(/is .+\/.+, and audio\/\* is wanted/) as string,
  });
});
