import { newUuid } from '@intermodal/contracts';
import { defineCapability } from '@intermodal/models';
import { catalogueOf, compile, defineStage } from '@intermodal/pipeline';
import { LOCAL_TENANT } from '@intermodal/records';
import { openMetrics } from '@intermodal/telemetry';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { WorkerSurroundings } from '../worker-surroundings.testing.ts';

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
  await using surroundings = await WorkerSurroundings.open();
  const { records, admission } = surroundings;
  const metrics = openMetrics({ from: 'workers', labels: { pool: 'text' } });
  await surroundings.start(stages, {
    metrics,
    resolveNeeds: async () => ({
      measurer: { use: measurer, engine: 'ruler', model: 'ruler-small', device: 'cpu' },
    }),
  });
  const body = async () => (await metrics.answer()).body;
  expect(await body()).toContain('intermodal_slots{pool="text"} 3');

  const plan = compile(document, stages);
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
