import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEY, startApi, type RunningApi } from '../api.testing.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi({ limits: { headersTimeoutMs: 500, bodyTimeoutMs: 500 } });
});
afterAll(() => api[Symbol.asyncDispose]());

/** Sends the beginning at once and then a byte now and then, for as long as there is somebody there. Resolves to the answer. */
const drip = (beginning: string): Promise<string> =>
  new Promise((resolve) => {
    let answer = '';
    let timer: NodeJS.Timeout | undefined;
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => {
      socket.write(beginning);
      timer = setInterval(() => socket.write('x'), 50);
    });
    socket.on('data', (data) => (answer += data.toString()));
    // Who writes to what was ended hears of it.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve(answer);
    });
  });

const post = (path: string, contentType = 'application/json'): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\ncontent-type: ${contentType}\r\n` +
  'content-length: 100000\r\n\r\n';

const isTimeout = (what: string): RegExp =>
  new RegExp(
    `^HTTP/1\\.1 408 [\\s\\S]*content-type: application/problem\\+json[\\s\\S]*` +
      `"code":"request.timeout","detail":"The ${what} did not arrive within 0.5 s."`,
  );

describe('a client that sends a byte now and then', () => {
  test.each([
    ['headers', 'headers', 'GET /v1/jobs HTTP/1.1\r\nhost: x\r\nx-slow: '],
    ['a body of JSON', 'body', post('/v1/jobs')],
    ['JSON lines', 'body', post('/v1/batches?pipeline=listen', 'application/jsonl')],
    ['a pipeline document', 'body', post('/v1/pipelines/validate')],
    ['an upload', 'body', post('/v1/artifacts', 'audio/wav')],
    ['a form', 'body', post('/v1/jobs', 'multipart/form-data; boundary=b')],
  ])('is told so and sent away: %s', async (_name, what, beginning) => {
    expect(await drip(beginning)).toMatch(isTimeout(what));
    expect(await api.stored()).toEqual([]);
  });

  test('is one of two hundred, and the others are served', async () => {
    const beginnings = [
      post('/v1/jobs'),
      post('/v1/artifacts', 'audio/wav'),
      'GET / HTTP/1.1\r\nhost: x\r\nx-slow: ',
    ];
    const dripping = Array.from({ length: 200 }, (_, i) => drip(beginnings[i % beginnings.length]!));
    let open = true;
    const all = Promise.all(dripping).finally(() => (open = false));
    let served = 0;
    while (open) served += Number((await api.ask('/v1/jobs')).status === 200);
    for (const answer of await all) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(served).toBeGreaterThan(0);
    expect(await api.stored()).toEqual([]);
  });
});

test('headers that are too large are a problem, too', async () => {
  const answer = await drip(`GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(20_000)}`);
  expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*application\/problem\+json/);
});
