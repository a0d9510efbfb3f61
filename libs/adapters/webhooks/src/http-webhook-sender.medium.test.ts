import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { derivedSecrets } from './derived-secrets.ts';
import { httpWebhookSender } from './http-webhook-sender.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(answer: RequestListener): Promise<{ port: number; hits: () => number }> {
  let hits = 0;
  const server = createServer((request, response) => {
    hits += 1;
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, hits: () => hits };
}

const never = new AbortController().signal;
const message = (url: string) => ({ url, id: 'evt_1', body: '{}', secrets: [derivedSecrets('k').of('e')] });
const local = { loopback: true, http: true };
const cluster = { loopback: false, http: true };
const at = (address: string) => () => Promise.resolve([{ address, family: address.includes(':') ? 6 : 4 }]);

describe('send', () => {
  it('posts with the three headers, and tells the status', async () => {
    let seen: Record<string, unknown> = {};
    const { port } = await serve((request, response) => {
      seen = { ...request.headers, method: request.method, url: request.url };
      response.writeHead(503, { 'retry-after': '7' }).end('busy');
    });
    const answer = await httpWebhookSender({ policy: local }).send(
      message(`http://127.0.0.1:${port}/a?b=c`),
      never,
    );
    expect(answer).toMatchObject({ status: 503, retryAfterMs: 7_000 });
    expect(seen).toMatchObject({ 'webhook-id': 'evt_1', method: 'POST', url: '/a?b=c' });
    expect(seen['webhook-timestamp']).toMatch(/^\d{10}$/);
    expect(seen['webhook-signature']).toMatch(/^v1,/);
  });

  it('does not follow redirects', async () => {
    const target = await serve((_request, response) => response.end());
    const { port } = await serve((_request, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${target.port}/` }).end(),
    );
    const answer = await httpWebhookSender({ policy: local }).send(
      message(`http://127.0.0.1:${port}/`),
      never,
    );
    expect(answer).toMatchObject({ status: 307 });
    expect(target.hits()).toBe(0);
  });

  it('reads no more than 64 KB of an answer without end', async () => {
    const { port } = await serve((_request, response) => {
      const more = (): void => void (response.writable && response.write(Buffer.alloc(16_384), more));
      response.writeHead(200);
      more();
    });
    const sender = httpWebhookSender({ policy: local });
    expect(await sender.send(message(`http://127.0.0.1:${port}/`), never)).toMatchObject({ status: 200 });
  });

  it('gives up at its deadline, and at once when it is told to', async () => {
    const { port } = await serve(() => {});
    const url = `http://127.0.0.1:${port}/`;
    const answer = await httpWebhookSender({ policy: local, deadlineMs: 50 }).send(message(url), never);
    expect(answer).toMatchObject({ status: null, problem: expect.stringMatching(/no whole answer within/) });
    const stop = new AbortController();
    const sending = httpWebhookSender({ policy: local }).send(message(url), stop.signal);
    stop.abort(new Error('enough'));
    await expect(sending).rejects.toThrow('enough');
  });

  it('says why nobody answered', async () => {
    const answer = await httpWebhookSender({ policy: local }).send(message('http://127.0.0.1:9/'), never);
    expect(answer).toMatchObject({ status: null, problem: expect.stringMatching(/ECONNREFUSED/) });
  });
});

describe('the guard', () => {
  it.each([
    ['a private host', ['10.0.0.5']],
    ['loopback', ['127.0.0.1']],
    ['a mapped loopback', ['::ffff:127.0.0.1']],
    ['one private among public ones', ['1.1.1.1', '192.168.0.1']],
    ['nothing', []],
  ])(
    'refuses a name that resolves to %s, when it is submitted and when it is sent',
    async (_what, addresses) => {
      const canary = await serve((_request, response) => response.end());
      const resolve = () =>
        Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
      const sender = httpWebhookSender({ policy: cluster, resolve });
      await expect(sender.check('https://evil.example/', 'webhook.url', never)).rejects.toMatchObject({
        code: 'input.invalid',
        message: "webhook.url: 'evil.example' resolves to an address that is not public.",
      });
      expect(await sender.send(message('http://evil.example/'), never)).toMatchObject({ status: null });
      expect(canary.hits()).toBe(0);
    },
  );

  it('connects to the address it checked, though the name has another by then', async () => {
    const { port, hits } = await serve((_request, response) => response.end());
    let asked = 0;
    const resolve = () => Promise.resolve([{ address: asked++ === 0 ? '127.0.0.1' : '10.0.0.1', family: 4 }]);
    const sender = httpWebhookSender({ policy: local, resolve });
    expect(await sender.send(message(`http://localhost:${port}/`), never)).toMatchObject({ status: 200 });
    expect({ asked, hits: hits() }).toEqual({ asked: 1, hits: 1 });
  });

  it('lets a name pass at submit whose resolver is away, and refuses one that is not there', async () => {
    const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
    const check = (code: string) =>
      httpWebhookSender({ policy: cluster, resolve: failing(code) }).check(
        'https://a.example/',
        'webhook.url',
        never,
      );
    await expect(check('EAI_AGAIN')).resolves.toBeUndefined();
    await expect(check('ENOTFOUND')).rejects.toThrow(/does not resolve/);
  });

  it('accepts a public name', async () => {
    const sender = httpWebhookSender({ policy: cluster, resolve: at('93.184.216.34') });
    await expect(sender.check('https://example.com/', 'webhook.url', never)).resolves.toBeUndefined();
  });
});
