import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOSTILE_ADDRESSES, type HostileAddress } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressFault, type AddressPolicy } from './address-guard.ts';
import { download } from './download.ts';
import { resolveGuarded, type Resolve } from './resolve-guarded.ts';

/** Hears every connection, whatever comes over it. */
async function listen(host: string, listener: RequestListener) {
  let hits = 0;
  const server = createServer(listener);
  server.on('connection', () => (hits += 1));
  await new Promise<void>((done) => server.listen(0, host, done));
  return { port: (server.address() as AddressInfo).port, hits: () => hits, server };
}

let folder: string;
let canary: Awaited<ReturnType<typeof listen>>;
/** At an address of its own, that is allowed: answers /to?… with a redirect there. */
let origin: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-outbound-'));
  canary = await listen('::', (_, response) => response.end('inside'));
  origin = await listen('127.0.0.9', (request, response) => {
    const url = new URL(request.url!, 'http://x');
    const to = url.searchParams.get('to');
    if (to !== null) return void response.writeHead(302, { location: to }).end();
    if (url.pathname === '/round') return void response.writeHead(302, { location: '/round' }).end();
    response.writeHead(200, { 'content-type': 'text/plain' }).end('a file');
  });
});
afterAll(async () => {
  for (const { server } of [canary, origin]) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  await rm(folder, { recursive: true });
});

const never = new AbortController().signal;
const policy = (): AddressPolicy => ({
  ...{ loopback: false, http: true, networks: ['127.0.0.9/32'] },
  ports: [80, 443, 8443, canary.port],
});
const at = (url: string): string => url.replaceAll('{port}', String(canary.port));

function resolverOf({ resolves }: HostileAddress): Resolve {
  let asked = 0;
  return (host) => {
    if (!resolves) throw new Error(`${host} should not have been resolved`);
    const addresses = resolves[Math.min(asked++, resolves.length - 1)]!;
    return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  };
}

describe(`${HOSTILE_ADDRESSES.length} addresses`, () => {
  it('are 120 and more, each once', () => {
    expect(HOSTILE_ADDRESSES.length).toBeGreaterThanOrEqual(120);
    expect(new Set(HOSTILE_ADDRESSES.map(({ name }) => name)).size).toBe(HOSTILE_ADDRESSES.length);
  });

  it.each(HOSTILE_ADDRESSES)('$name', async (hostile) => {
    const url = at(hostile.url);
    const resolve = resolverOf(hostile);
    if ((hostile.resolves?.length ?? 0) > 1) {
      // At first there is nothing wrong with it.
      expect(addressFault(url, policy())).toBeUndefined();
      expect(await resolveGuarded(new URL(url), policy(), resolve)).toHaveProperty('addresses');
    }
    const options = { policy: policy(), maxBytes: 1_000, signal: never, resolve };
    await expect(download(url, join(folder, 'got'), options)).rejects.toMatchObject({ code: 'url.refused' });
    expect(canary.hits()).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  // What a header can carry, and leads away from where it came.
  const redirects = HOSTILE_ADDRESSES.filter(({ url }) => /^[a-z]+:[\x21-\x7e]+$/i.test(url));
  it.each(redirects)('are not redirected to: $name', async (hostile) => {
    const url = `http://127.0.0.9:${origin.port}/?to=${encodeURIComponent(at(hostile.url))}`;
    const resolves = hostile.resolves?.slice(-1);
    const options = {
      ...{ policy: policy(), maxBytes: 1_000, signal: never },
      resolve: resolverOf({ ...hostile, ...(resolves && { resolves }) }),
    };
    await expect(download(url, join(folder, 'got'), options)).rejects.toMatchObject({
      code: 'url.refused',
    });
    expect(canary.hits()).toBe(0);
  });
});

it('what the operator allows is reached: the canary would have heard the others', async () => {
  const before = canary.hits();
  const allowed = { ...policy(), networks: ['127.0.0.1/32'] };
  const got = await download(at('http://127.0.0.1:{port}/'), join(folder, 'got'), {
    ...{ policy: allowed, maxBytes: 1_000, signal: never },
  });
  expect(got.bytes).toBe(6);
  expect(canary.hits()).toBe(before + 1);
  const named = await download(at('http://inside.example:{port}/'), join(folder, 'got'), {
    ...{ policy: allowed, maxBytes: 1_000, signal: never },
    resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
  });
  expect(named.bytes).toBe(6);
});

it('follows three redirects, and no fourth', async () => {
  const base = `http://127.0.0.9:${origin.port}`;
  const through = (times: number): string =>
    times === 0 ? `${base}/file` : `${base}/?to=${encodeURIComponent(through(times - 1))}`;
  const options = { policy: policy(), maxBytes: 1_000, signal: never };
  expect(await download(through(3), join(folder, 'got'), options)).toMatchObject({
    ...{ bytes: 6, mediaType: 'text/plain', url: `${base}/file` },
  });
  for (const url of [through(4), `${base}/round`])
    await expect(download(url, join(folder, 'got'), options)).rejects.toMatchObject({
      code: 'url.refused',
      message: expect.stringContaining('more than 3 redirects') as string,
    });
});
