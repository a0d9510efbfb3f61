import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newUuid } from '@intermodal/contracts';
import { startRedis } from '@intermodal/local-services';
import { Admission, catalogueOf, compile, defineStage } from '@intermodal/pipeline';
import { openQueue } from '@intermodal/queue';
import { LOCAL_TENANT, openRecords } from '@intermodal/records';
import { createDatabase } from '@intermodal/testing';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { QueueMemory } from './queue-memory.ts';

const STAGE = 'text.echo@1';
const stages = catalogueOf([
  defineStage({
    ...{ name: 'text.echo', version: 1, pool: 'text', summary: 'The same.' },
    ...{ input: z.object({ text: z.string() }), output: z.object({ text: z.string() }) },
    run: async ({ text }) => ({ text }),
  }),
]);
const plan = compile(
  {
    ...{ name: 'echo', version: 1, input: { text: {} }, output: { text: '$echo.text' } },
    nodes: { echo: { stage: STAGE, in: { text: '$input.text' } } },
  },
  stages,
);

test('what an emptied or older Redis lost is sent again at once, by one of those who notice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-memory-'));
  // Its own server: it is emptied.
  const server = await startRedis({ dataFolder: folder, logFile: join(folder, 'redis.log'), fast: true });
  const redis = new Redis(server.url);
  await using database = await createDatabase();
  const records = openRecords({ databaseUrl: database.url });
  await records.migrate();
  const queue = openQueue({ redisUrl: server.url });
  const admission = new Admission({
    records: records.tasks,
    queue,
    onFailure: (error) => {
      throw error;
    },
  });
  const memories = Array.from({ length: 5 }, () => new QueueMemory(records.tasks, queue, 0));
  const checkAll = async () => (await Promise.all(memories.map((memory) => memory.check()))).flat();
  const deliveries = async () => (await redis.keys('im:stage.text.echo.v1:*@*')).length;
  const submit = async (): Promise<void> => {
    const input = { text: 'x' };
    const job = { id: newUuid(), tenantId: LOCAL_TENANT, plan, input, params: {}, metadata: {} };
    await admission.open((await records.jobs.submit(job)).waiting);
  };
  const expectToldAgain = async (count: number): Promise<void> => {
    expect(await deliveries()).toBeLessThan(count);
    const told = await checkAll();
    expect(told.filter((stage) => stage !== undefined)).toEqual([STAGE]);
    await admission.open([STAGE]);
    expect(await deliveries()).toBe(count);
    for (let round = 0; round < 3; round++) expect(await checkAll()).toEqual(Array(5).fill(undefined));
  };

  await submit();
  // Nothing is confirmed yet, and then everything is as it was.
  for (let round = 0; round < 3; round++) expect(await checkAll()).toEqual(Array(5).fill(undefined));
  await redis.flushall();
  await expectToldAgain(1);

  // A copy of now, and what came after it: the very keys, as a restored file has them.
  const copy = new Map<string, Buffer>();
  for (const key of await redis.keys('*')) copy.set(key, (await redis.dumpBuffer(key))!);
  await submit();
  await checkAll();
  await redis.flushall();
  for (const [key, value] of copy) await redis.restore(key, 0, value);
  await expectToldAgain(2);

  redis.disconnect();
  await queue.close();
  await records.close();
  await server.stop();
  await rm(folder, { recursive: true });
}, 60_000);
