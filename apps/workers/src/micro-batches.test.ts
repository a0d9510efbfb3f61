import { IntermodalError } from '@intermodal/contracts';
import { defineStage, type Stage, type StageContext } from '@intermodal/pipeline';
import { noSpan, noTracing } from '@intermodal/telemetry';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { MicroBatches, type MicroBatch } from './micro-batches.ts';

interface Toy {
  readonly run?: (xs: readonly number[], signal: AbortSignal) => Promise<readonly (number | Error)[]>;
  readonly prepare?: (x: number) => Promise<void>;
  readonly bucketOf?: (x: number) => string | null;
}

/** Doubles numbers, at most four in a call. What it waits for company is longer than any test lasts. */
function toy({ run, prepare, bucketOf }: Toy = {}) {
  const calls: (readonly number[])[] = [];
  const stage = defineStage({
    name: 'toy.double',
    version: 1,
    pool: 'text',
    summary: 'Doubles.',
    input: z.object({ x: z.number() }),
    params: z.strictObject({ mode: z.string().optional() }),
    output: z.object({ y: z.number() }),
    batch: {
      maxItems: 4,
      maxDelayMs: 2 ** 30,
      async prepare({ x }) {
        await prepare?.(x);
        return x;
      },
      ...(bucketOf && { bucketOf }),
      async run(xs, { signal }) {
        calls.push(xs);
        const results = run ? await run(xs, signal) : xs.map((x) => 2 * x);
        return results.map((y) => (y instanceof Error ? y : { y }));
      },
    },
  });
  const seen: MicroBatch[] = [];
  const batches = new MicroBatches(noTracing, (call) => seen.push(call));
  const prepared: number[] = [];
  const ask = (x: number, more: { params?: object; model?: string; signal?: AbortSignal } = {}) => {
    const { params = {}, model = 'm', signal = new AbortController().signal } = more;
    const context = { params, signal, needs: {}, log: {} } as unknown as StageContext;
    const with_ = { ran: { model }, onPrepared: () => void prepared.push(x), span: noSpan };
    return batches.run(stage as unknown as Stage, stage.batch!, { x }, context, with_) as Promise<{
      y: number;
    }>;
  };
  return { ask, calls, seen, prepared, stage };
}
const ask4 = ({ ask }: ReturnType<typeof toy>) => Promise.allSettled([1, 2, 3, 4].map((x) => ask(x)));

test('tasks that come together go together, and each has its own result; who is alone does not wait', async () => {
  const { ask, calls, seen } = toy();
  expect(await Promise.all([1, 2, 3, 4, 5, 6].map((x) => ask(x)))).toEqual(
    [2, 4, 6, 8, 10, 12].map((y) => ({ y })),
  );
  expect(await ask(7)).toEqual({ y: 14 });
  expect(calls).toEqual([[1, 2, 3, 4], [5, 6], [7]]);
  expect(seen).toMatchObject([4, 2, 1].map((items) => ({ stage: 'toy.double@1', items })));
});

test('a task waits for those that are being prepared', async () => {
  const late = Promise.withResolvers<void>();
  const { ask, calls } = toy({ prepare: async (x) => (x === 2 ? late.promise : undefined) });
  const both = Promise.all([ask(1), ask(2)]);
  await new Promise(setImmediate);
  expect(calls).toEqual([]);
  late.resolve();
  await both;
  expect(calls).toEqual([[1, 2]]);
});

test('what comes while a call is under way is the next call', async () => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { ask, calls } = toy({
    async run(xs) {
      begun.resolve();
      await gate.promise;
      return xs;
    },
  });
  const first = ask(1);
  await begun.promise;
  const others = [ask(2), ask(3)];
  await new Promise(setImmediate);
  expect(calls).toEqual([[1]]);
  gate.resolve();
  await Promise.all([first, ...others]);
  expect(calls).toEqual([[1], [2, 3]]);
});

test('other params, other models and other buckets never share a call', async () => {
  const { ask, calls } = toy({ bucketOf: (x) => (x > 10 ? 'large' : 'small') });
  await Promise.all([
    ...[ask(1), ask(2, { params: { mode: 'b' } }), ask(3, { model: 'other' }), ask(11)],
    ...[ask(4), ask(5, { params: { mode: 'b' } }), ask(6, { model: 'other' }), ask(12)],
  ]);
  expect(calls).toEqual([
    [1, 4],
    [2, 5],
    [3, 6],
    [11, 12],
  ]);
});

test('who fills a call by itself waits for nobody, and keeps its slot', async () => {
  const gate = Promise.withResolvers<void>();
  const { ask, calls, seen, prepared } = toy({
    bucketOf: (x) => (x > 10 ? null : 'small'),
    async run(xs) {
      await gate.promise;
      return xs.map((x) => (x === 12 ? new Error('no') : x));
    },
  });
  const all = Promise.allSettled([11, 1, 12, 2, 13].map((x) => ask(x)));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(calls).toEqual([[11], [12], [13], [1, 2]]);
  expect(prepared).toEqual([1, 2]);
  gate.resolve();
  expect((await all).map(({ status }) => status)).toEqual([
    ...['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  ]);
  expect(seen.map(({ items }) => items)).toEqual([2]);
});

test('an error in place of a result fails that task alone', async () => {
  const all = toy({ run: async (xs) => xs.map((x) => (x === 2 ? new Error('no') : x)) });
  expect((await ask4(all)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(all.calls).toHaveLength(1);
});

test('of a call that fails only the task that breaks it fails', async () => {
  const all = toy({
    async run(xs) {
      if (xs.includes(3)) throw new IntermodalError('stage.crashed', 'The process ended.');
      return xs;
    },
  });
  expect((await ask4(all)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(all.calls).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [4]]);
});

test('what did not fit into memory is not tried again', async () => {
  const all = toy({
    async run(xs) {
      if (xs.length > 2) throw new IntermodalError('model.out_of_memory', 'Too much.');
      return xs;
    },
  });
  await ask4(all);
  await ask4(all);
  expect(all.calls.map((xs) => xs.length)).toEqual([4, 2, 2, 2, 2]);
});

test('a call that gives fewer results than it was given tasks is a fault of its stage', async () => {
  const { ask } = toy({ run: async () => [] });
  await expect(ask(1)).rejects.toThrow('gave 0 results for 1 tasks');
});

test('a task that was cancelled takes no place; a call for which nobody waits any more is told', async () => {
  const gone = new AbortController();
  const prepared = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<AbortSignal>();
  const { ask, calls } = toy({
    prepare: () => prepared.promise,
    run: (_xs, signal) => {
      begun.resolve(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('told'))));
    },
  });
  const controllers = [new AbortController(), new AbortController()];
  const results = Promise.allSettled([
    ask(0, { signal: gone.signal }),
    ...controllers.map(({ signal }, i) => ask(i + 1, { signal })),
  ]);
  gone.abort(new Error('cancelled'));
  prepared.resolve();
  const signal = await begun.promise;
  controllers[0]!.abort();
  expect(signal.aborted).toBe(false);
  controllers[1]!.abort();
  expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(calls).toEqual([[1, 2]]);
});

test('outside of a worker such a stage runs as any other', async () => {
  const { stage } = toy({ run: async (xs) => xs.map((x) => (x === 2 ? new Error('no') : x)) });
  const context = { params: {}, needs: {}, signal: new AbortController().signal } as never;
  expect(await stage.run({ x: 1 }, context)).toEqual({ y: 1 });
  await expect(stage.run({ x: 2 }, context)).rejects.toThrow('no');
});
