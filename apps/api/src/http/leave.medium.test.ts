import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { leave } from './leave.ts';

/** Answers at once, but for `/never`. */
async function serve() {
  const server = createServer((asked, answer) => asked.url === '/never' || answer.end('yes'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const ask = async (path: string): Promise<string | undefined> => {
    const asked = request({ port, path, agent });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    return answer.headers.connection;
  };
  const close = async (): Promise<void> => void (await once(server.close(), 'close'));
  return { server, ask, app: { getHttpServer: () => server, close } };
}

test('it goes on serving for a while, on connections that it then closes, and only then stops listening', async () => {
  const { ask, app } = await serve();
  expect(await ask('/')).toBe('keep-alive');
  const left = leave(app, { lameDuckMs: 1_000, drainMs: 0 });
  expect(await ask('/')).toBe('close');
  expect(await ask('/')).toBe('close');
  await left;
  await expect(ask('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('what is still under way after the drain time is cut off', async () => {
  const { server, ask, app } = await serve();
  const arrived = once(server, 'request');
  const cut = expect(ask('/never')).rejects.toMatchObject({ code: 'ECONNRESET' });
  await arrived;
  await leave(app, { lameDuckMs: 0, drainMs: 50 });
  await cut;
});
