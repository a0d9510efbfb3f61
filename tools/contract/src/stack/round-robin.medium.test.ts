import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { RoundRobin } from './round-robin.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function serve(listener: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(listener!);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function robin(...targets: string[]): Promise<string> {
  const proxy = await RoundRobin.listen(targets);
  open.push(() => proxy.stop());
  return proxy.url;
}

it('asks one server after the other', async () => {
  const url = await robin(
    await serve((_, response) => response.end('a')),
    await serve((_, response) => response.end('b')),
  );
  const answers: string[] = [];
  for (let i = 0; i < 4; i++) answers.push(await (await fetch(url)).text());
  expect(answers).toEqual(['a', 'b', 'a', 'b']);
});

it('lets each piece of an answer through before the next one is there', async () => {
  let goOn: (() => void) | undefined;
  const url = await robin(
    await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
      goOn = () => response.end('data: 2\n\n');
    }),
  );
  const reader = (await fetch(url)).body!.getReader();
  const text = async () => new TextDecoder().decode((await reader.read()).value);
  expect(await text()).toBe('data: 1\n\n');
  goOn!();
  expect(await text()).toBe('data: 2\n\n');
});

it('says 502 when nobody is there, and cuts what a server cut', async () => {
  const cut = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('half', () => response.destroy());
  });
  const url = await robin('http://127.0.0.1:1', cut);
  expect((await fetch(url)).status).toBe(502);
  await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow();
});
