import type { ErrorCode } from '@intermodal/contracts';
import { evaluate, evaluateEach } from '../evaluate.ts';
import { holds } from '../holds.ts';
import { MAX_EACH_ITEMS, type Plan } from '../plan.ts';
import {
  closeScope,
  eachNodeOf,
  openScope,
  taskAt,
  valuesIn,
  type ReferenceJob,
  type ReferenceScope,
  type ReferenceTask,
} from './job.ts';
import { verdict } from './verdict.ts';

/** What became of one task that ran. */
export type Outcome =
  | { readonly state: 'completed'; readonly output: Readonly<Record<string, unknown>> }
  | { readonly state: 'failed'; readonly code: ErrorCode };

/**
 * The whole semantics of a running job in plain TypeScript: no clock, no queue, no database. The SQL functions decide in
 * production; this is what tests hold them to.
 */
export function startJob(plan: Plan, input: unknown, params: unknown): ReferenceJob {
  const tasks = new Map<string, ReferenceTask>();
  const scope = openScope({ plan, tasks }, {});
  const job: ReferenceJob = {
    plan,
    input,
    params,
    tasks,
    scope,
    state: 'running',
    output: null,
    error: null,
  };
  propagate(job, decideAll(job, rootsOf(scope)));
  return job;
}

/**
 * Another job like one that failed or was cancelled. What is ready and completed there is final here at once, wave after wave; what
 * depends on something that failed there is not reached by that.
 */
export function retryJob(old: ReferenceJob): ReferenceJob {
  const job = startJob(old.plan, old.input, old.params);
  const isKept = ({ state, path }: ReferenceTask): boolean =>
    state === 'ready' && old.tasks.get(path)?.state === 'completed';
  for (;;) {
    const kept = [...job.tasks.values()].filter(isKept);
    if (kept.length === 0) return job;
    for (const task of kept) complete(task, old.tasks.get(task.path)!.output);
    propagate(job, kept);
  }
}

/** Records an outcome. Of a task that is not ready (a duplicate, a zombie, of what ended meanwhile): does nothing. */
export function settleTask(job: ReferenceJob, path: string, outcome: Outcome): boolean {
  const task = job.tasks.get(path);
  if (task?.state !== 'ready') return false;
  if (outcome.state === 'completed') complete(task, outcome.output);
  else fail(task, outcome.code);
  propagate(job, [task]);
  return true;
}

export function cancelJob(job: ReferenceJob): void {
  if (job.state === 'running') endJob(job, 'cancelled', 'job.cancelled');
}

export const readyPaths = (job: ReferenceJob): string[] =>
  [...job.tasks.values()].filter(({ state }) => state === 'ready').map(({ path }) => path);

/** What a stage of this job is given when its task runs. */
export function given(
  job: ReferenceJob,
  path: string,
): { input: Record<string, unknown>; params: Record<string, unknown> } {
  const { node, scope } = job.tasks.get(path)!;
  if (node.kind !== 'stage') throw new Error(`${path} is no stage: it runs nothing of its own.`);
  const values = valuesIn(job, scope);
  return { input: evaluateEach(node.input, values), params: evaluateEach(node.params, values) };
}

/** Tells what follows from tasks that are final now, in the order in which they became so, until nothing more follows. */
function propagate(job: ReferenceJob, final: readonly ReferenceTask[]): void {
  const queue = [...final];
  for (let task = queue.shift(); task; task = queue.shift()) {
    const { scope } = task;
    // Something told before it has ended the scope.
    if (scope.state !== 'open') continue;
    if (task.state === 'failed' && task.node.onError === 'fail') {
      queue.push(...endScope(job, scope, task.error!));
      continue;
    }
    for (const dependent of task.node.dependents.map((name) => taskAt(job, scope, name))) {
      dependent.waitsFor -= 1;
      if (dependent.waitsFor === 0) queue.push(...decide(job, dependent));
    }
    scope.left -= 1;
    if (scope.left === 0) queue.push(...finishScope(job, scope));
  }
}

/** A node failed and nothing catches it. Returns what became final out of it. */
function endScope(job: ReferenceJob, scope: ReferenceScope, error: ErrorCode): ReferenceTask[] {
  if (!scope.each) {
    endJob(job, 'failed', error);
    return [];
  }
  closeScope(scope, 'bad');
  scope.each.bad += 1;
  return judge(job, scope.each, error);
}

/** All its tasks are final and none ended it. Returns what became final out of it. */
function finishScope(job: ReferenceJob, scope: ReferenceScope): ReferenceTask[] {
  scope.state = 'good';
  if (!scope.each) {
    finishJob(job);
    return [];
  }
  scope.each.good += 1;
  return judge(job, scope.each, null);
}

/**
 * An item of an each has become good or bad: does that decide the each?
 * @param error what ended the item, if it is bad
 */
function judge(job: ReferenceJob, each: ReferenceTask, error: ErrorCode | null): ReferenceTask[] {
  const { items, good, bad } = each;
  const decided = verdict(eachNodeOf(each).join, { all: items.length, good, bad });
  if (!decided) return [];
  for (const item of items) if (item.state === 'open') closeScope(item, 'cancelled');
  if (decided === 'succeeds') complete(each, collect(job, each));
  else fail(each, error!);
  return [each];
}

/** One entry per item, in order; null for items that are not good. */
const collect = (job: ReferenceJob, each: ReferenceTask): unknown[] =>
  each.items.map((item) =>
    item.state === 'good' ? evaluate(eachNodeOf(each).collect, valuesIn(job, item)) : null,
  );

/** All that a task waited for is final: it becomes ready, is skipped, or opens its items. Returns what became final. */
function decide(job: ReferenceJob, task: ReferenceTask): ReferenceTask[] {
  const { node, scope } = task;
  const values = valuesIn(job, scope);
  if (node.when && !holds(node.when, values)) return [skip(task, null)];
  if (node.kind === 'each') return decideEach(job, task, evaluate(node.list, values));
  const input = evaluateEach(node.input, values);
  if (node.required.some((port) => (input[port] ?? null) === null)) return [skip(task, 'input.absent')];
  task.state = 'ready';
  return [];
}

function decideEach(job: ReferenceJob, each: ReferenceTask, list: unknown): ReferenceTask[] {
  if (list === null) return [skip(each, 'input.absent')];
  if (!Array.isArray(list)) return [fail(each, 'input.invalid')];
  if (list.length > MAX_EACH_ITEMS) return [fail(each, 'input.too_large')];
  const before = verdict(eachNodeOf(each).join, { all: list.length, good: 0, bad: 0 });
  if (before === 'succeeds') return [complete(each, [])];
  if (before === 'fails') return [fail(each, 'input.invalid')];
  each.state = 'running';
  each.items = list.map((item: unknown, index) => openScope(job, { each, index, item }));
  return decideAll(job, each.items.flatMap(rootsOf));
}

const decideAll = (job: ReferenceJob, tasks: readonly ReferenceTask[]): ReferenceTask[] =>
  tasks.flatMap((task) => decide(job, task));

/** The tasks of a scope that wait for nothing. */
const rootsOf = ({ tasks }: ReferenceScope): ReferenceTask[] =>
  tasks.filter(({ waitsFor }) => waitsFor === 0);

function complete(task: ReferenceTask, output: unknown): ReferenceTask {
  return Object.assign(task, { state: 'completed', output });
}

function skip(task: ReferenceTask, error: ErrorCode | null): ReferenceTask {
  return Object.assign(task, { state: 'skipped', error });
}

function fail(task: ReferenceTask, error: ErrorCode): ReferenceTask {
  return Object.assign(task, { state: 'failed', error, output: task.node.fallback });
}

/** Every task of the job is final: the outputs are made. A required one without a value fails the job. */
function finishJob(job: ReferenceJob): void {
  const values = valuesIn(job, job.scope);
  const output = job.plan.output.map((port) => ({ ...port, value: evaluate(port.value, values) }));
  if (output.some(({ required, value }) => required && value === null))
    return endJob(job, 'failed', causeOf(job));
  job.output = Object.fromEntries(output.map(({ name, value }) => [name, value]));
  endJob(job, 'completed', null);
}

/** Why an output may be missing: the first task that failed, else the first that was skipped for want of something. */
function causeOf(job: ReferenceJob): ErrorCode {
  const tasks = [...job.tasks.values()].filter(({ error }) => error !== null);
  const first = tasks.find(({ state }) => state === 'failed') ?? tasks[0];
  return first?.error ?? 'input.absent';
}

function endJob(
  job: ReferenceJob,
  state: 'completed' | 'failed' | 'cancelled',
  error: ErrorCode | null,
): void {
  Object.assign(job, { state, error });
  if (state !== 'completed') closeScope(job.scope, state === 'failed' ? 'bad' : 'cancelled');
}
