import {
  cancelJob,
  compile,
  readyPaths,
  settleTask,
  startJob,
  type ReferenceJob,
  type ReferenceScope,
} from '@intermodal/pipeline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomOutcome } from './random-outcome.ts';
import { randomPipeline, toyPipelines, toyStages } from './random-pipeline.ts';

const OPEN = new Set(['waiting', 'ready', 'running']);

/** What was met, so that a generator that makes only trivial graphs cannot pass. */
const met = new Map<string, number>();
const meet = (what: string): void => void met.set(what, (met.get(what) ?? 0) + 1);

/** Asked some million times: `expect` would take most of the time. */
function must(held: boolean, what: string): void {
  if (!held) throw new Error(`Broken: ${what}.`);
}

/** What must be true of a job at any time. */
function check(job: ReferenceJob): void {
  for (const task of job.tasks.values()) {
    const { state, scope, node, items } = task;
    if (OPEN.has(state)) {
      const around = scope.chain.every((one) => one.state === 'open');
      must(around && job.state === 'running', 'a task is open only where all that is around it is');
    }
    if (state === 'ready') must(task.waitsFor === 0, 'a ready task waits for nothing');
    if (state === 'failed') {
      must(scope.state !== 'good' || node.onError !== 'fail', 'what fails under fail ends its scope');
      must(task.error !== null, 'what failed says why');
      must(node.onError === 'default' ? task.output === node.fallback : task.output === null, 'fallback');
    }
    if (node.kind !== 'each' || OPEN.has(state)) continue;
    must(!items.some((item) => item.state === 'open'), 'a final each has no open items');
    if (state === 'completed') checkEntries(task.output as unknown[], items);
  }
  if (job.state === 'completed') must(job.scope.state === 'good', 'a completed job has only final tasks');
}

/** One entry per item; an entry is null exactly when its item is not good. */
function checkEntries(entries: readonly unknown[], items: readonly ReferenceScope[]): void {
  must(entries.length === items.length, 'a completed each has one entry per item');
  items.forEach(({ state, tasks, left }, i) => {
    must((entries[i] === null) === (state !== 'good'), 'an entry is null exactly when its item is not good');
    must((left === 0) === (state === 'good'), 'an item is good when all its tasks are final');
    must(!tasks.some((task) => OPEN.has(task.state)), 'an item of a final each has no open task');
  });
}

function count(job: ReferenceJob): void {
  meet(`job ${job.state}`);
  for (const { node, state, error, path, items, scope } of job.tasks.values()) {
    meet(`task ${state}`);
    if (state === 'skipped') meet(error ? 'skipped for want of a value' : 'skipped by a condition');
    if (state === 'failed') meet(`failed under ${node.onError}`);
    if (node.kind === 'each') {
      meet(`each ${state}${items.length === 0 ? ' unopened' : ''}`);
      if (state === 'completed') meet(`each completed under ${node.join.kind}`);
    }
    if (node.name.includes('.')) meet('of a pipeline put in');
    if (path.split('[').length > 2) meet('nested');
    meet(`in a scope that is ${scope.state}`);
  }
}

test('the reference executor keeps its promises on any document, under any outcomes and cancels', () => {
  fc.assert(
    fc.property(randomPipeline, fc.infiniteStream(fc.nat(1_000_000)), (document, stream) => {
      const draw = (): number => stream.next().value as number;
      const plan = compile(document, toyStages, toyPipelines);
      const list = [
        { v: 1, list: [{ v: 2, list: [] }] },
        { v: 3, list: null },
      ];
      const job = startJob(plan, { x: draw() % 4 ? 1 : null, list }, { q: 'q' });
      check(job);
      const failsOneIn = [3, 8, 20][draw() % 3]!;
      const final = new Map<string, string>();
      for (let ready = readyPaths(job); ready.length > 0; ready = readyPaths(job)) {
        if (draw() % 40 === 0) cancelJob(job);
        const path = ready[draw() % ready.length]!;
        const settled = settleTask(job, path, randomOutcome(draw, failsOneIn));
        must(settled === (job.state !== 'cancelled'), 'a ready task is settled once');
        // Told again, or told of what was cancelled meanwhile: nothing changes.
        for (const late of [path, ...ready])
          if (job.tasks.get(late)!.state !== 'ready')
            must(!settleTask(job, late, randomOutcome(draw)), 'a late settlement changes nothing');
        check(job);
        for (const [known, state] of final)
          must(job.tasks.get(known)!.state === state, 'a final task stays as it is');
        for (const [known, { state }] of job.tasks) if (!OPEN.has(state)) final.set(known, state);
      }
      must(job.state !== 'running', 'a job with nothing to run has ended');
      count(job);
    }),
    { numRuns: 500, endOnFailure: true },
  );
  const joins = ['all', 'any', 'always', 'quorum'].map((kind) => `each completed under ${kind}`);
  const wanted = [...joins, 'each failed', 'each failed unopened', 'each completed unopened'];
  const more = ['skipped by a condition', 'of a pipeline put in', 'nested', 'failed under default'];
  const jobs = ['job completed', 'job failed', 'job cancelled', 'in a scope that is bad'];
  for (const what of [...wanted, ...more, ...jobs]) expect(met.get(what) ?? 0, what).toBeGreaterThan(0);
});
