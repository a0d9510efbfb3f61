import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { newUuid } from '@intermodal/contracts';
import { expect, test } from 'vitest';
import { openRecords } from './index.ts';
import { openTestRecords } from './test-records.testing.ts';

/** A way to Postgres on which connections that are there can fall silent: as when a cable was out, nobody is told. */
async function silenceable(url: string) {
  const target = new URL(url);
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    pairs.add([near, far]);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  through.hostname = '127.0.0.1';
  return {
    url: through.href,
    silence() {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
      }
    },
    close() {
      for (const socket of [...pairs].flat()) socket.destroy();
      server.close();
    },
  };
}

test('a heartbeat whose connection fell silent is sent on another one before the lease ends', async () => {
  await using opened = await openTestRecords();
  const way = await silenceable(opened.url);
  const leaseMs = 6_000;
  const records = openRecords({ databaseUrl: way.url, leaseMs, connections: 2 });
  try {
    const worker = { id: newUuid(), pool: 'text', stages: ['toy.make@1'], slots: 1, engines: {} } as const;
    await records.tasks.heartbeat(worker, []);
    way.silence();
    const since = performance.now();
    await records.tasks.heartbeat(worker, []);
    expect(performance.now() - since).toBeLessThan(leaseMs);
  } finally {
    way.close();
    await records.close();
  }
});
