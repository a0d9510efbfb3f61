import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newUuid } from '@intermodal/contracts';
import { startRedis } from '@intermodal/local-services';
import { redisPrefix, redisUrl, taskQueueContract } from '@intermodal/testing';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { openQueue } from './index.ts';

taskQueueContract('BullMQ', () => openQueue({ redisUrl: redisUrl(), prefix: redisPrefix() }));

const delivery = () => ({ stage: 'toy.make@1', tasks: [{ id: newUuid(), attempt: 0 }] });

test('a delivery that was sent already is not sent twice', async () => {
  const prefix = redisPrefix();
  const queue = openQueue({ redisUrl: redisUrl(), prefix });
  const redis = new Redis(redisUrl());
  const one = delivery();
  await queue.send([one, delivery()]);
  await queue.send([one]);
  expect(await redis.llen(`${prefix}:stage.toy.make.v1:wait`)).toBe(2);
  await queue.close();
  redis.disconnect();
});

test('nothing stays in Redis of a delivery that was handled', async () => {
  const prefix = redisPrefix();
  const queue = openQueue({ redisUrl: redisUrl(), prefix });
  const one = delivery();
  const handled = Promise.withResolvers<void>();
  const consumer = await queue.consume([one.stage], async () => handled.resolve(), { concurrency: 1 });
  await queue.send([one]);
  await handled.promise;
  await consumer.close();
  const redis = new Redis(redisUrl());
  expect(await redis.exists(`${prefix}:stage.toy.make.v1:${one.tasks[0]!.id}@0`)).toBe(0);
  await queue.close();
  redis.disconnect();
});

test('with Redis away, sending fails with store.unavailable instead of waiting, and closing works', async () => {
  // A port that was free a moment ago: nobody listens there.
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const queue = openQueue({ redisUrl: `redis://127.0.0.1:${port}` });
  await expect(queue.send([delivery()])).rejects.toMatchObject({ code: 'store.unavailable' });
  await expect(queue.announce([newUuid()])).rejects.toMatchObject({ code: 'store.unavailable' });
  await expect(queue.check()).rejects.toMatchObject({ code: 'store.unavailable' });
  await queue.close();
});

test('a Redis that evicts is refused with the cure', async () => {
  // Its own server: the setting is of the whole server, and other test files use the shared one.
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-redis-'));
  const server = await startRedis({ dataFolder: folder, logFile: join(folder, 'redis.log'), fast: true });
  const admin = new Redis(server.url);
  await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
  const queue = openQueue({ redisUrl: server.url });
  await expect(queue.consume(['toy.make@1'], async () => {}, { concurrency: 1 })).rejects.toThrow(
    /maxmemory-policy 'allkeys-lru': set it to 'noeviction'/,
  );
  await queue.close();
  admin.disconnect();
  await server.stop();
  await rm(folder, { recursive: true });
});
