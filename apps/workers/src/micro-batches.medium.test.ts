import { defineStage, type Stage, type StageContext } from '@intermodal/pipeline';
import { openTracing } from '@intermodal/telemetry';
import { startOtlpReceiver } from '@intermodal/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { MicroBatches } from './micro-batches.ts';

const stage = defineStage({
  name: 'toy.double',
  version: 1,
  pool: 'text',
  summary: 'Doubles.',
  input: z.object({ x: z.number() }),
  output: z.object({ y: z.number() }),
  batch: {
    ...{ maxItems: 8, maxDelayMs: 5 },
    prepare: async ({ x }) => x,
    run: async (xs) => xs.map((x) => ({ y: 2 * x })),
  },
}) as unknown as Stage;

test('one call for tasks of several jobs is a span in the first one’s trace; it and the others name each other', async () => {
  await using receiver = await startOtlpReceiver();
  const tracing = await openTracing(
    { endpoint: receiver.url, headers: {}, ratio: 1 },
    { resource: {}, onTrouble: () => {} },
  );
  const batches = new MicroBatches(tracing, () => {});
  const ask = (x: number): Promise<unknown> =>
    tracing.span(`task ${x}`, { parent: null }, (span) => {
      const context = { params: {}, needs: {}, log: {}, signal: new AbortController().signal };
      const how = { ran: { model: 'm' }, onPrepared: () => {}, span };
      return batches.run(stage, stage.batch!, { x }, context as unknown as StageContext, how);
    });
  expect(await Promise.all([1, 2, 3].map(ask))).toEqual([{ y: 2 }, { y: 4 }, { y: 6 }]);
  await tracing.close();

  const calls = receiver.spans.filter(({ name }) => name === 'micro-batch toy.double@1');
  const tasks = [1, 2, 3].map((x) => receiver.spans.find(({ name }) => name === `task ${x}`)!);
  expect(new Set(tasks.map(({ traceId }) => traceId)).size).toBe(3);
  const idsOf = ({ traceId, spanId }: { traceId: string; spanId: string }) => ({ traceId, spanId });
  expect(calls).toMatchObject([
    {
      ...{ traceId: tasks[0]!.traceId, parentSpanId: tasks[0]!.spanId },
      links: tasks.slice(1).map(idsOf),
      attributes: { 'intermodal.stage': 'toy.double@1', 'intermodal.batch.items': 3 },
    },
  ]);
  expect(tasks.map(({ links }) => links.map(idsOf))).toEqual([[], [idsOf(calls[0]!)], [idsOf(calls[0]!)]]);
});
