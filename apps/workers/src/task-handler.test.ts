import { setImmediate } from 'node:timers/promises';
import { IntermodalError } from '@intermodal/contracts';
import type { ClaimedTask, Settlement } from '@intermodal/pipeline';
import { noTracing } from '@intermodal/telemetry';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Appetite } from './appetite.ts';
import { Leases, type AbortReason } from './leases.ts';
import { Slots } from './slots.ts';
import { Takings } from './takings.ts';
import { TaskHandler, type TaskHandlerOptions } from './task-handler.ts';

const STAGE = 'toy.make@1';
const log = pino({ level: 'silent' });
const task = (id: string, timeoutMs = 60_000): ClaimedTask => ({
  ...{ id, jobId: 'job', tenantId: 'tenant', path: id, stage: STAGE, attempt: 1, token: `token of ${id}` },
  ...{ input: {}, params: {}, timeoutMs, iterated: [], crashes: 0 },
});
const away = () => new IntermodalError('store.unavailable', 'The database is away.');

function handlerWith(options: Partial<TaskHandlerOptions> & Pick<TaskHandlerOptions, 'run'>) {
  const settled: Settlement[] = [];
  const worker = { id: 'w', pool: 'text', stages: [STAGE], slots: 1, engines: {} };
  const leases = new Leases({} as never, worker, {
    ...{ intervalMs: 1_000, pace: () => ({}), takings: new Takings(), onPutBack: () => {}, log },
  });
  const handler = new TaskHandler({
    slots: new Slots(1),
    appetite: new Appetite(1, [STAGE]),
    leases,
    claim: async (id) => task(id),
    begin: async () => true,
    telling: () => ({ progress() {}, partial() {}, flush() {} }),
    settle: async (settlement) => settled.push(settlement) > 0,
    tracing: noTracing,
    log,
    ...options,
  });
  return { handler, leases, settled };
}
const deliver = (handler: TaskHandler, ...ids: string[]) =>
  handler.handle({ stage: STAGE, tasks: ids.map((id) => ({ id, attempt: 0 })) });

/** A stage that runs until its signal aborts. */
const untilAborted: TaskHandlerOptions['run'] = (_task, { signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

test('what a stage gives is settled, task by task of a delivery', async () => {
  const { handler, settled } = handlerWith({
    run: async ({ id }) => ({ output: { from: id }, artifacts: [] }),
  });
  await deliver(handler, 'a', 'b');
  expect(settled).toMatchObject([
    { taskId: 'a', token: 'token of a', outcome: 'completed', output: { from: 'a' } },
    { taskId: 'b', outcome: 'completed' },
  ]);
});

test('a task that cannot be claimed is nobody else’s trouble', async () => {
  const { handler, settled } = handlerWith({
    claim: async (id) => {
      if (id === 'a') throw away();
      return id === 'b' ? undefined : task(id);
    },
    run: async () => ({ output: {}, artifacts: [] }),
  });
  await deliver(handler, 'a', 'b', 'c');
  expect(settled).toMatchObject([{ taskId: 'c' }]);
});

test('a task that timed out is told so, though the record is away for a moment', async () => {
  const told: Settlement[] = [];
  let tries = 0;
  const { handler } = handlerWith({
    claim: async (id) => task(id, 5),
    run: untilAborted,
    settle: async (settlement) => {
      if (++tries === 1) throw away();
      told.push(settlement);
      return true;
    },
  });
  await deliver(handler, 'a');
  expect(told).toMatchObject([{ outcome: 'failed', error: { code: 'stage.timeout' }, retry: true }]);
});

test('of a task whose lease is lost nothing is said', async () => {
  const begun = Promise.withResolvers<void>();
  const { handler, leases, settled } = handlerWith({
    run: (claimed, control) => {
      begun.resolve();
      return untilAborted(claimed, control);
    },
  });
  const handled = deliver(handler, 'a');
  await begun.promise;
  leases.abortAll('lost' satisfies AbortReason);
  await handled;
  expect(settled).toEqual([]);
});

test('draining: what is held may end, what is not claimed stays unclaimed', async () => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const claimed: string[] = [];
  const { handler, settled } = handlerWith({
    claim: async (id) => {
      claimed.push(id);
      return task(id);
    },
    run: async () => {
      begun.resolve();
      await gate.promise;
      return { output: {}, artifacts: [] };
    },
  });
  const handled = deliver(handler, 'running', 'unclaimed');
  await begun.promise;
  handler.accept([task('leased')]);
  handler.drain();
  gate.resolve();
  await handled;
  await handler.idle();
  expect(claimed).toEqual(['running']);
  expect(settled).toMatchObject([
    { taskId: 'running', outcome: 'completed' },
    { taskId: 'leased', outcome: 'completed' },
  ]);
});

test('what waits behind a task that is long is handed back, for others to do', async () => {
  const gate = Promise.withResolvers<void>();
  const back = Promise.withResolvers<void>();
  const settled: Settlement[] = [];
  const { handler } = handlerWith({
    slots: new Slots(1, { patienceMs: 1 }),
    appetite: new Appetite(2, [STAGE]),
    run: async () => {
      await gate.promise;
      return { output: {}, artifacts: [] };
    },
    settle: async (settlement) => {
      settled.push(settlement);
      if (settlement.outcome === 'released') back.resolve();
      return true;
    },
  });
  const handled = deliver(handler, 'long', 'behind');
  await back.promise;
  expect(settled).toEqual([{ taskId: 'behind', token: 'token of behind', outcome: 'released' }]);
  gate.resolve();
  await handled;
  expect(settled).toMatchObject([{ taskId: 'behind' }, { taskId: 'long', outcome: 'completed' }]);
});

test('draining with no time left: what has not begun is handed back', async () => {
  const begun = Promise.withResolvers<void>();
  const { handler, leases, settled } = handlerWith({
    run: (claimed, control) => {
      begun.resolve();
      return untilAborted(claimed, control);
    },
  });
  const handled = deliver(handler, 'running');
  await begun.promise;
  handler.accept([task('leased')]);
  handler.drain();
  leases.abortAll('drain' satisfies AbortReason);
  await handled;
  await handler.idle();
  expect(settled).toMatchObject([
    { taskId: 'running', outcome: 'released' },
    { taskId: 'leased', outcome: 'released' },
  ]);
});

test('a task that may have ended two processes runs alone, and says before that it begins', async () => {
  const steps: string[] = [];
  const gate = Promise.withResolvers<void>();
  const { handler } = handlerWith({
    slots: new Slots(2),
    appetite: new Appetite(3, [STAGE]),
    claim: async (id) => ({ ...task(id), crashes: id === 'suspect' ? 2 : 0 }),
    begin: async ({ id }) => steps.push(`${id} begins`) > 0,
    run: async ({ id }) => {
      steps.push(`${id} runs`);
      if (id === 'first') await gate.promise;
      steps.push(`${id} ends`);
      return { output: {}, artifacts: [] };
    },
    settle: async ({ taskId }) => {
      await setImmediate();
      return steps.push(`${taskId} is on record`) > 0;
    },
  });
  const handled = deliver(handler, 'first', 'suspect', 'last');
  gate.resolve();
  await handled;
  expect(steps.filter((step) => !step.startsWith('first is'))).toEqual([
    ...['first runs', 'first ends'],
    ...['suspect begins', 'suspect runs', 'suspect ends', 'suspect is on record'],
    ...['last runs', 'last ends', 'last is on record'],
  ]);
});

test('who only waits for a micro-batch leaves the slot to others', async () => {
  const both = Promise.withResolvers<void>();
  const prepared: string[] = [];
  const { handler, settled } = handlerWith({
    appetite: new Appetite(1, [STAGE], { together: new Map([[STAGE, 2]]) }),
    run: async ({ id }, { onPrepared }) => {
      prepared.push(id);
      onPrepared();
      if (prepared.length === 2) both.resolve();
      await both.promise;
      return { output: {}, artifacts: [] };
    },
  });
  await deliver(handler, 'a', 'b');
  expect(settled).toHaveLength(2);
});

test('a task whose process ended once runs beside others, and says before that it begins', async () => {
  const both = Promise.withResolvers<void>();
  const steps: string[] = [];
  const { handler, settled } = handlerWith({
    slots: new Slots(2),
    appetite: new Appetite(2, [STAGE]),
    claim: async (id) => ({ ...task(id), crashes: id === 'again' ? 1 : 0 }),
    begin: async ({ id }) => steps.push(`${id} begins`) > 0,
    run: async ({ id }) => {
      steps.push(`${id} runs`);
      if (steps.length === 3) both.resolve();
      await both.promise;
      return { output: {}, artifacts: [] };
    },
  });
  await deliver(handler, 'other', 'again');
  expect(steps).toEqual(['other runs', 'again begins', 'again runs']);
  expect(settled).toHaveLength(2);
});

test('a suspect that is lost before it begins does not run', async () => {
  let ran = false;
  const { handler, settled } = handlerWith({
    claim: async (id) => ({ ...task(id), crashes: 1 }),
    begin: async () => false,
    run: async () => {
      ran = true;
      return { output: {}, artifacts: [] };
    },
  });
  await deliver(handler, 'a');
  expect(ran).toBe(false);
  expect(settled).toEqual([]);
});

test('an output that the record refuses fails its task', async () => {
  const told: Settlement[] = [];
  const { handler } = handlerWith({
    run: async () => ({ output: { text: 'a\u0000b' }, artifacts: [] }),
    settle: async (settlement) => {
      told.push(settlement);
      if (settlement.outcome === 'completed') throw new Error('invalid byte sequence');
      return true;
    },
  });
  await deliver(handler, 'a');
  expect(told.at(-1)).toMatchObject({ outcome: 'failed', error: { code: 'stage.output_invalid' } });
});

test('a task that somebody else has by now does not begin, though nobody has said so yet', async () => {
  let beats = 0;
  const records = {
    // The lease was lost while this process was stopped.
    heartbeat: async () => (beats++, { held: [], at: '', waiting: [] }),
    tellPace: async () => {},
  };
  const worker = { id: 'w', pool: 'text', stages: [STAGE], slots: 1, engines: {} };
  // Every lease has gone unconfirmed for too long.
  const leases = new Leases(records as never, worker, {
    ...{ intervalMs: 1e-6, pace: () => ({}), takings: new Takings(), onPutBack: () => {}, log },
  });
  const { handler, settled } = handlerWith({ leases, run: () => expect.unreachable() });
  await deliver(handler, 'a', 'b');
  expect(settled).toEqual([]);
  expect(beats).toBeGreaterThan(0);
});

test('a task begins as soon as the records can be asked whose it is', async () => {
  let beats = 0;
  const records = {
    heartbeat: async () => {
      if (++beats < 3) throw away();
      return { held: ['a'], at: '', waiting: [] };
    },
    tellPace: async () => {},
  };
  const worker = { id: 'w', pool: 'text', stages: [STAGE], slots: 1, engines: {} };
  const leases = new Leases(records as never, worker, {
    ...{ intervalMs: 1e-6, pace: () => ({}), takings: new Takings(), onPutBack: () => {}, log },
  });
  const { handler, settled } = handlerWith({ leases, run: async () => ({ output: {}, artifacts: [] }) });
  await deliver(handler, 'a');
  expect(beats).toBe(3);
  expect(settled).toMatchObject([{ taskId: 'a', outcome: 'completed' }]);
});
