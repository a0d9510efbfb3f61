import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArtifactStore } from '@intermodal/artifacts';
import { newUuid } from '@intermodal/contracts';
import { defineCapability } from '@intermodal/models';
import { Admission, catalogueOf, compile, defineStage } from '@intermodal/pipeline';
import { openQueue } from '@intermodal/queue';
import { LOCAL_TENANT, openRecords } from '@intermodal/records';
import { noTracing, openMetrics } from '@intermodal/telemetry';
import { createDatabase, redisPrefix, redisUrl } from '@intermodal/testing';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startWorker } from '../worker.ts';

const Measurer = defineCapability<{ measure(texts: readonly string[]): Promise<number[]> }>('Measurer');
const measurer = { measure: async (texts: readonly string[]) => texts.map(({ length }) => length) };

/** A call is under way until it is opened: what comes meanwhile is the next one. */
const gate = Promise.withResolvers<void>();
const stages = catalogueOf([
  defineStage({
    name: 'text.measure',
    version: 1,
    pool: 'text',
    summary: 'Counts letters.',
    input: z.object({ text: z.string() }),
    output: z.object({ letters: z.number() }),
    needs: { measurer: Measurer },
    batch: {
      maxItems: 8,
      maxDelayMs: 1_000,
      prepare: async ({ text }) => text,
      run: async (texts, { needs: { measurer } }) => {
        await gate.promise;
        return (await measurer.measure(texts)).map((letters) => ({ letters }));
      },
    },
  }),
]);
const document = {
  name: 'measure',
  version: 1,
  summary: 'Measures.',
  input: { text: { type: 'string' } },
  nodes: { measured: { stage: 'text.measure@1', in: { text: '$input.text' } } },
  output: { letters: '$measured.letters' },
};

test('a worker tells of its tasks, statements and micro-batches', async () => {
  await using parts = new AsyncDisposableStack();
  const database = await createDatabase();
  parts.defer(() => database.drop());
  const records = openRecords({ databaseUrl: database.url });
  parts.defer(() => records.close());
  await records.migrate();
  const queue = openQueue({ redisUrl: redisUrl(), prefix: redisPrefix() });
  parts.defer(() => queue.close());
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-worker-metrics-'));
  parts.defer(() => rm(folder, { recursive: true }));
  const store = await openArtifactStore({ kind: 'folder', folder: join(folder, 'artifacts') });
  parts.defer(() => store.close());
  const metrics = openMetrics({ from: 'workers', labels: { pool: 'text' } });
  const worker = await startWorker({
    ...{ pool: 'text', stages, records: records.tasks, queue, store, engines: {}, slots: 3 },
    resolveNeeds: async () => ({
      measurer: { use: measurer, engine: 'ruler', model: 'ruler-small', device: 'cpu' },
    }),
    scratchFolder: join(folder, 'scratch'),
    cacheFolder: join(folder, 'cache'),
    ...{ cacheMaxBytes: 1_000, heartbeatMs: 200, sweepMs: 200, leaseMs: 2_000, drainMs: 300 },
    upkeep: { records: records.upkeep, keepFinishedMs: 0, keepAuditMs: 0, orphanAgeMs: 0 },
    ...{ id: newUuid(), processId: process.pid, host: 'here' },
    ...{ metrics, tracing: noTracing, log: pino({ level: 'silent' }) },
  });
  parts.defer(() => worker.drain());
  const body = async () => (await metrics.answer()).body;
  expect(await body()).toContain('intermodal_slots{pool="text"} 3');

  const plan = compile(document, stages);
  const onFailure = (error: unknown): never => {
    throw error;
  };
  const admission = new Admission({ records: records.tasks, queue, onFailure });
  for (const text of ['one', 'two', 'three', 'four']) {
    const job = { id: newUuid(), tenantId: LOCAL_TENANT, plan, input: { text }, params: {}, metadata: {} };
    await admission.open((await records.jobs.submit(job)).waiting);
  }
  await expect
    .poll(body, { timeout: 20_000 })
    .toMatch(/intermodal_tasks_running\{stage="text.measure@1".*\} 4/);
  gate.resolve();
  await expect
    .poll(body, { timeout: 20_000 })
    .toMatch(/intermodal_task_attempts_total\{stage="text.measure@1",outcome="completed",code="".*\} 4/);
  const told = await body();
  expect(told).toMatch(/intermodal_micro_batch_items_sum\{.*model="ruler-small".*\} 4/);
  expect(told).toMatch(/intermodal_micro_batch_wait_seconds_count\{.*model="ruler-small".*\} [1-4]\b/);
  expect(told).toMatch(
    /intermodal_engine_call_seconds_count\{.*capability="Measurer",engine="ruler",call="measure",outcome="done".*\} [1-4]\b/,
  );
  expect(told).toMatch(/intermodal_engine_calls_under_way\{.*engine="ruler".*\} 0/);
  expect(told).toMatch(/intermodal_record_calls_total\{call="heartbeat",outcome="done",pool="text"\} [1-9]/);
  await expect.poll(body).toMatch(/intermodal_settled_tasks_sum\{pool="text"\} 4/);
});
