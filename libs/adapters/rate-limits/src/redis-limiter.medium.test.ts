import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { redisPrefix, redisUrl } from '@intermodal/testing';
import { afterEach, expect, it } from 'vitest';
import { openLimiter, type LimiterOptions } from './redis-limiter.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Connected, unless it is not waited for. */
async function limiter(options: Partial<LimiterOptions> = {}, connected = true) {
  let shared = true;
  const onChange = (now: boolean): void => void (shared = now);
  const one = openLimiter({
    redisUrl: redisUrl(),
    prefix: redisPrefix(),
    patienceMs: 2_000,
    onChange,
    ...options,
  });
  closing.push(() => one.close());
  const probe = async (): Promise<boolean> => {
    await one.take('probe', { perSecond: 1_000, burst: 1_000 });
    return shared;
  };
  if (connected) await expect.poll(probe, { timeout: 10_000 }).toBe(true);
  return one;
}

/** An hour for each: none comes back within a test. */
const limit = { perSecond: 1 / 3_600, burst: 3 };

it('counts for all processes together, tenant by tenant', async () => {
  const prefix = redisPrefix();
  const [a, b] = [await limiter({ prefix }), await limiter({ prefix })];
  const taken = [];
  for (const one of [a, b, a, b, a]) taken.push(await one.take('t', limit));
  expect(taken.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
    [true, 2],
    [true, 1],
    [true, 0],
    [false, 0],
    [false, 0],
  ]);
  expect(taken.at(-1)!.retryAfterMs).toBeGreaterThan(3_500_000);
  expect(taken.at(-1)!.retryAfterMs).toBeLessThanOrEqual(3_600_000);
  expect(await b.take('u', limit)).toMatchObject({ allowed: true, remaining: 2 });
});

it('lets exactly the burst through, however many ask at once', async () => {
  const one = await limiter();
  const taken = await Promise.all(Array.from({ length: 50 }, () => one.take('t', limit)));
  expect(taken.filter(({ allowed }) => allowed)).toHaveLength(3);
});

it('counts by itself when there is no Redis, and says so once', async () => {
  const changes: boolean[] = [];
  const one = await limiter(
    { redisUrl: 'redis://127.0.0.1:1', onChange: (shared) => void changes.push(shared) },
    false,
  );
  const taken = [];
  for (let i = 0; i < 5; i++) taken.push((await one.take('t', limit)).allowed);
  expect(taken).toEqual([true, true, true, false, false]);
  expect(changes).toEqual([false]);
});

it('does not wait for a Redis that is silent', async () => {
  const sockets: Socket[] = [];
  const silent: Server = createServer((socket) => void sockets.push(socket));
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => silent.close(done));
  });
  const port = (silent.address() as AddressInfo).port;
  const one = await limiter({ redisUrl: `redis://127.0.0.1:${port}`, patienceMs: 50 }, false);
  const taken = await Promise.all(Array.from({ length: 5 }, () => one.take('t', limit)));
  expect(taken.filter(({ allowed }) => allowed)).toHaveLength(3);
});
