import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { openArtifactStore } from '@intermodal/artifacts';
import { newUuid } from '@intermodal/contracts';
import { catalogueOf, compile, defineStage, type StageCatalogue } from '@intermodal/pipeline';
import { openQueue } from '@intermodal/queue';
import { LOCAL_TENANT, openRecords, type Records } from '@intermodal/records';
import { noTracing, openLog } from '@intermodal/telemetry';
import { loadTrialStages, startTrialStack, type TrialStack } from '@intermodal/trial';
import { startWorker } from '@intermodal/workers';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

/** What only the newer version has. */
const echo2 = defineStage({
  name: 'trial.echo',
  version: 2,
  pool: 'text',
  summary: 'Gives back what it got, in capitals.',
  input: z.object({ value: z.string() }),
  output: z.object({ value: z.string() }),
  run: async ({ value }) => ({ value: value.toUpperCase() }),
});

let stack: TrialStack;
let records: Records;
let folder: string;
let old: StageCatalogue;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'intermodal-versions-'));
  stack = await startTrialStack({
    ...{ workers: 1, careless: true, base: process.env },
    environment: { INTERMODAL_SWEEP_MS: '200' },
  });
  records = openRecords({ databaseUrl: stack.databaseUrl, connections: 2 });
  old = await loadTrialStages();
});
afterAll(async () => {
  await records.close();
  await stack.stop();
  await rm(folder, { recursive: true });
});

/** Written down, as by an API that knows these stages, and sent by nobody. */
async function submit(stage: string, catalogue: StageCatalogue): Promise<string> {
  const plan = compile(
    {
      ...{ name: 'version', version: 1, input: { value: {} }, output: { value: '$only.value' } },
      nodes: { only: { stage, in: { value: '$input.value' } } },
    },
    catalogue,
  );
  const job = {
    id: newUuid(),
    tenantId: LOCAL_TENANT,
    plan,
    input: { value: 'x' },
    params: {},
    metadata: {},
  };
  return (await records.jobs.submit(job)).jobId;
}
const stateOf = async (jobId: string) => (await records.jobs.get(LOCAL_TENANT, jobId))!.state;
const ended = (jobId: string) => expect.poll(() => stateOf(jobId), { timeout: 60_000 }).toBe('completed');

test('a stage in a version that the older worker does not know waits for a newer one, and holds nobody up', async () => {
  const newer = catalogueOf([...old.values(), echo2]);
  const waiting = await submit('trial.echo@2', newer);
  // What the older worker knows is done meanwhile, time and again.
  for (let i = 0; i < 3; i++) await ended(await submit('trial.echo@1', old));
  expect(await records.jobs.tasks(waiting, 10)).toMatchObject([{ state: 'ready', attempt: 0 }]);
  expect(await records.jobs.unserved(waiting)).toEqual(['trial.echo@2']);

  const queue = openQueue({ redisUrl: stack.redisUrl });
  const store = await openArtifactStore({ kind: 'folder', folder: join(stack.folder, 'artifacts') });
  const worker = await startWorker({
    ...{ id: newUuid(), pool: 'text', stages: catalogueOf([echo2]), records: records.tasks, queue, store },
    ...{ resolveNeeds: async () => ({}), engines: {}, host: 'here', tracing: noTracing },
    ...{ scratchFolder: join(folder, 'scratch'), cacheFolder: join(folder, 'cache'), cacheMaxBytes: 1_000 },
    ...{ slots: 1, heartbeatMs: 500, sweepMs: 200, leaseMs: 15_000, drainMs: 1_000, processId: process.pid },
    upkeep: { records: records.upkeep, keepFinishedMs: 0, keepAuditMs: 0, orphanAgeMs: 86_400_000 },
    log: openLog('silent', { service: 'intermodal-workers', version: 'newer' }),
  });
  await ended(waiting);
  await worker.drain();
  await queue.close();
  await store.close();
  expect((await records.jobs.get(LOCAL_TENANT, waiting))!.output).toEqual({ value: 'X' });
});

test('a delivery in a form that the older worker does not know is dropped, and the task is sent again in one that it does', async () => {
  const stage = 'trial.echo@1';
  const jobId = await submit(stage, old);
  // Admitted, so that nobody takes it by himself: as a newer API would have sent it.
  const { deliveries } = await records.tasks.admit(stage);
  const [{ tasks }] = deliveries as [(typeof deliveries)[number]];
  expect(tasks).toHaveLength(1);
  const queue = new Queue('stage.trial.echo.v1', {
    ...{ connection: { url: stack.redisUrl }, prefix: 'im', skipVersionCheck: true },
  });
  const id = `${tasks[0]!.id}@${tasks[0]!.attempt}`;
  await queue.add(
    'tasks',
    { v: 2, work: tasks },
    { jobId: id, attempts: 1, removeOnComplete: true, removeOnFail: true },
  );
  await ended(jobId);
  expect(await records.jobs.tasks(jobId, 10)).toMatchObject([{ state: 'completed', attempt: 1 }]);
  await expect.poll(() => queue.count()).toBe(0);
  await queue.close();
});
