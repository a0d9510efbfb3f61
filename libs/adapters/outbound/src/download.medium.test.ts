import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { download, type DownloadOptions } from './download.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-download-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What becomes of a download from a server that answers so. */
async function from(answer: RequestListener, change: Partial<DownloadOptions> = {}) {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/talk.wav?token=secret`;
    return await download(url, join(folder, 'got'), {
      ...{ policy: { loopback: true, http: true }, maxBytes: 100_000, signal: new AbortController().signal },
      ...change,
    });
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

it('saves what is there, and says what the server takes it for', async () => {
  const got = await from((_, response) =>
    response.writeHead(200, { 'content-type': 'Audio/WAV; codecs=1' }).end(Buffer.alloc(70_000)),
  );
  expect(got).toMatchObject({ bytes: 70_000, mediaType: 'audio/wav' });
  expect((await stat(join(folder, 'got'))).size).toBe(70_000);
});

it('is refused what announces to be too large, and cut off where it is larger than announced', async () => {
  let sent = 0;
  const announced = from((_, response) =>
    response.writeHead(200, { 'content-length': '100001' }).flushHeaders(),
  );
  await expect(announced).rejects.toMatchObject({ code: 'input.too_large' });
  const endless = from((_, response) => {
    const more = (): void => {
      sent += 16_384;
      if (response.writable) response.write(Buffer.alloc(16_384), more);
    };
    more();
  });
  await expect(endless).rejects.toMatchObject({
    code: 'input.too_large',
    message: expect.stringContaining('larger than 100000 bytes') as string,
  });
  expect((await stat(join(folder, 'got'))).size).toBeLessThanOrEqual(100_000);
  expect(sent).toBeGreaterThan(0);
});

it.each([
  [404, 'url.not_found'],
  [401, 'url.not_found'],
  [304, 'url.not_found'],
  [429, 'url.unreachable'],
  [503, 'url.unreachable'],
])('%i is %s, and nothing secret is said', async (status, code) => {
  const failed = from((_, response) => response.writeHead(status).end());
  await expect(failed).rejects.toMatchObject({ code });
  await expect(failed).rejects.not.toThrow(/secret/);
});

it('is unreachable when the answer is cut off, or does not begin', async () => {
  const cut = from((_, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('half', () => response.destroy());
  });
  await expect(cut).rejects.toMatchObject({ code: 'url.unreachable' });
  const silent = from(() => {}, { answerMs: 50 });
  await expect(silent).rejects.toMatchObject({ code: 'url.unreachable' });
});

it('ends at once when it is told to', async () => {
  const stop = new AbortController();
  const stopped = from(
    (_, response) => {
      response.writeHead(200).write('a');
      stop.abort(new Error('enough'));
    },
    { signal: stop.signal },
  );
  await expect(stopped).rejects.toThrow('enough');
});
