import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEY, startApi, type RunningApi } from '../api.testing.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const HALF = Buffer.alloc(2_000_000, 0x20);

test('who is refused before all is sent may send the rest, hears why, and goes on with the connection', async () => {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  let heard = '';
  socket.on('data', (data: Buffer) => (heard += data.toString()));
  const hears = async (what: RegExp): Promise<void> => {
    while (!what.test(heard)) await once(socket, 'data');
  };
  socket.write(
    `POST /v1/jobs HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\ncontent-type: application/json\r\n` +
      `content-length: ${2 * HALF.length}\r\n\r\n`,
  );
  socket.write(HALF);
  await hears(/^HTTP\/1\.1 413 [^]*input\.too_large/);
  socket.write(HALF);
  socket.write(`GET /v1/jobs HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\n\r\n`);
  await hears(/HTTP\/1\.1 200 /);
  expect(heard.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
  socket.destroy();
});
