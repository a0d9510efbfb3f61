import type { ErrorCode, JobState, TaskState } from '@intermodal/contracts';
import { evaluate, evaluateEach, type Values } from '../evaluate.ts';
import { MAX_EACH_ITEMS, type Plan, type PlanEachNode, type PlanNode } from '../plan.ts';

/** What became of one task that ran. */
export type Outcome =
  | { readonly state: 'completed'; readonly output: Readonly<Record<string, unknown>> }
  | { readonly state: 'failed'; readonly code: ErrorCode };

export interface ReferenceTask {
  readonly node: PlanNode;
  readonly chain: readonly string[];
  state: TaskState;
  output: unknown;
  waitsFor: number;
  itemsLeft: number;
}

interface ReferenceScope {
  readonly each: string | undefined;
  readonly item: unknown;
  readonly chain: readonly string[];
  left: number;
}

export interface ReferenceJob {
  readonly plan: Plan;
  readonly input: unknown;
  readonly params: unknown;
  state: JobState;
  output: Record<string, unknown> | null;
  readonly tasks: Map<string, ReferenceTask>;
  readonly scopes: Map<string, ReferenceScope>;
}

/**
 * The whole semantics of a running job in plain TypeScript: no clock, no queue, no database. The SQL functions decide in
 * production; this is what tests hold them to.
 */
export function startJob(plan: Plan, input: unknown, params: unknown): ReferenceJob {
  const job: ReferenceJob = {
    plan,
    input,
    params,
    state: 'running',
    output: null,
    tasks: new Map(),
    scopes: new Map(),
  };
  propagate(job, decideAll(job, openScope(job, '', undefined, null, [])));
  return job;
}

/** Records an outcome. Of a task that is not ready or running (a duplicate, a zombie, a job that ended): does nothing. */
export function settleTask(job: ReferenceJob, path: string, outcome: Outcome): boolean {
  const task = job.tasks.get(path);
  if (job.state !== 'running' || task?.state !== 'ready') return false;
  task.state = outcome.state;
  task.output = outcome.state === 'completed' ? outcome.output : null;
  propagate(job, [path]);
  return true;
}

export function cancelJob(job: ReferenceJob): void {
  if (job.state === 'running') endJob(job, 'cancelled');
}

export const readyPaths = (job: ReferenceJob): string[] =>
  [...job.tasks].filter(([, task]) => task.state === 'ready').map(([path]) => path);

/** What a stage of this job is given when its task runs. */
export function given(
  job: ReferenceJob,
  path: string,
): { input: Record<string, unknown>; params: Record<string, unknown> } {
  const { node, chain } = job.tasks.get(path)!;
  if (node.kind !== 'stage') throw new Error(`${path} is no stage: it runs nothing of its own.`);
  const values = valuesFor(job, chain);
  return { input: evaluateEach(node.input, values), params: evaluateEach(node.params, values) };
}

function propagate(job: ReferenceJob, final: string[]): void {
  const queue = [...final];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const task = job.tasks.get(path)!;
    if (task.state === 'failed' && !(task.node.kind === 'stage' && task.node.onError === 'skip'))
      return endJob(job, 'failed');
    const scopePath = task.chain.at(-1)!;
    for (const name of task.node.dependents) {
      const dependent = job.tasks.get(join(scopePath, name))!;
      dependent.waitsFor -= 1;
      if (dependent.waitsFor === 0) queue.push(...decide(job, join(scopePath, name)));
    }
    const scope = job.scopes.get(scopePath)!;
    scope.left -= 1;
    if (scope.left > 0) continue;
    if (scope.each === undefined) return finishJob(job);
    const each = job.tasks.get(scope.each)!;
    each.itemsLeft -= 1;
    if (each.itemsLeft > 0) continue;
    each.state = 'completed';
    each.output = collect(job, scope.each, each.node as PlanEachNode);
    queue.push(scope.each);
  }
}

/** All that a task waited for is final: it becomes ready, is skipped, or opens its items. Returns what became final. */
function decide(job: ReferenceJob, path: string): string[] {
  const task = job.tasks.get(path)!;
  const values = valuesFor(job, task.chain);
  const { node } = task;
  if (node.kind === 'stage') {
    const input = evaluateEach(node.input, values);
    if (node.required.every((port) => (input[port] ?? null) !== null)) {
      task.state = 'ready';
      return [];
    }
    task.state = 'skipped';
    return [path];
  }
  const list = evaluate(node.list, values);
  if (list === null) task.state = 'skipped';
  else if (!Array.isArray(list) || list.length > MAX_EACH_ITEMS) task.state = 'failed';
  else if (list.length === 0) {
    task.state = 'completed';
    task.output = [];
  } else {
    task.state = 'running';
    task.itemsLeft = list.length;
    const roots = list.flatMap((item, i) =>
      openScope(job, node.id, path, item, [...task.chain, `${path}[${i}]`]),
    );
    return decideAll(job, roots);
  }
  return [path];
}

const decideAll = (job: ReferenceJob, paths: string[]): string[] =>
  paths.flatMap((path) => decide(job, path));

/** Makes the tasks of a scope. Returns those that wait for nothing. */
function openScope(
  job: ReferenceJob,
  id: string,
  each: string | undefined,
  item: unknown,
  outer: string[],
): string[] {
  const chain = outer.length === 0 ? [''] : outer;
  const nodes = job.plan.nodes.filter((node) => node.scope === id);
  job.scopes.set(chain.at(-1)!, { each, item, chain, left: nodes.length });
  for (const node of nodes) {
    const path = join(chain.at(-1)!, node.name);
    const waitsFor = node.dependsOn.length;
    job.tasks.set(path, { node, chain, state: 'waiting', output: null, waitsFor, itemsLeft: 0 });
  }
  return nodes.filter((node) => node.dependsOn.length === 0).map((node) => join(chain.at(-1)!, node.name));
}

function collect(job: ReferenceJob, path: string, node: PlanEachNode): unknown[] {
  return [...job.scopes.values()]
    .filter((scope) => scope.each === path)
    .map((scope) => evaluate(node.collect, valuesFor(job, scope.chain)));
}

function finishJob(job: ReferenceJob): void {
  const values = valuesFor(job, ['']);
  const output = job.plan.output.map(({ name, required, value }) => ({
    name,
    required,
    value: evaluate(value, values),
  }));
  if (output.some(({ required, value }) => required && value === null)) return endJob(job, 'failed');
  job.output = Object.fromEntries(output.map(({ name, value }) => [name, value]));
  endJob(job, 'completed');
}

function endJob(job: ReferenceJob, state: JobState): void {
  job.state = state;
  for (const task of job.tasks.values())
    if (task.state === 'waiting' || task.state === 'ready' || task.state === 'running')
      task.state = 'cancelled';
}

function valuesFor(job: ReferenceJob, chain: readonly string[]): Values {
  return {
    input: job.input,
    params: job.params,
    item: (depth) => job.scopes.get(chain[depth]!)!.item,
    node: (name, depth) => job.tasks.get(join(chain[depth]!, name))!.output,
  };
}

const join = (scopePath: string, name: string): string => (scopePath === '' ? name : `${scopePath}.${name}`);
