import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-local-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** True when something accepts connections on the port. */
const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.end());
  });

test('Postgres starts, survives SIGKILL on its data, and stops', { timeout: 60_000 }, async () => {
  const options = { dataFolder: join(folder, 'postgres'), logFile: join(folder, 'postgres.log') };
  const first = await startPostgres({ ...options, ephemeral: true });
  expect(await listens(first.port)).toBe(true);
  process.kill(first.pid, 'SIGKILL');
  await first.ended;

  const second = await startPostgres({ ...options, ephemeral: true });
  expect(second.pid).not.toBe(first.pid);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
  expect(await listens(second.port)).toBe(true);
  await second.stop();
  expect(await listens(second.port)).toBe(false);
});

test('a Postgres that its owner left behind is ended, not joined', { timeout: 60_000 }, async () => {
  const options = { dataFolder: join(folder, 'orphan'), logFile: join(folder, 'orphan.log') };
  const first = await startPostgres({ ...options, ephemeral: true });
  const second = await startPostgres({ ...options, ephemeral: true });
  await first.ended;
  await second.stop();
});

test('Redis starts, survives SIGKILL on its data, and stops', async () => {
  const options = { dataFolder: join(folder, 'redis'), logFile: join(folder, 'redis.log') };
  const first = await startRedis(options);
  process.kill(first.pid, 'SIGKILL');
  await first.ended;
  const second = await startRedis(options);
  expect(await listens(second.port)).toBe(true);
  await second.stop();
  expect(await listens(second.port)).toBe(false);
});

test('a server that cannot start says what it wrote', async () => {
  const options = { dataFolder: join(folder, 'redis'), logFile: join(folder, 'taken.log') };
  const first = await startRedis(options);
  try {
    await expect(startRedis({ ...options, port: first.port })).rejects.toThrow(/Address already in use/);
  } finally {
    await first.stop();
  }
});
