import type { ErrorCode, JobState, TaskState } from '@intermodal/contracts';
import type { Values } from '../evaluate.ts';
import type { Plan, PlanEachNode, PlanNode } from '../plan.ts';

export interface ReferenceTask {
  readonly node: PlanNode;
  readonly path: string;
  readonly scope: ReferenceScope;
  state: TaskState;
  /** Null until it is completed, and when it has none. A task that failed under `onError: default` has its fallback. */
  output: unknown;
  /** Why it failed or was skipped; null when a condition skipped it: that is as it should be. */
  error: ErrorCode | null;
  /** Tasks of its scope that must be final first. */
  waitsFor: number;
  /** Of an each that is open: its items, in order. */
  items: ReferenceScope[];
  /** How many of them are good, and bad. What is neither is open. */
  good: number;
  bad: number;
}

/** The inside of the job, or of one item of an each. */
export interface ReferenceScope {
  /** `lines[3]`; empty for the job. */
  readonly path: string;
  /** The each that this is an item of. */
  readonly each: ReferenceTask | undefined;
  readonly item: unknown;
  /** The scopes around it, outermost first, and itself. */
  readonly chain: readonly ReferenceScope[];
  /** good: all its tasks are final. bad: one of them ended it. cancelled: what is around it ended, or has what it wanted. */
  state: 'open' | 'good' | 'bad' | 'cancelled';
  readonly tasks: ReferenceTask[];
  /** How many of them are not final. */
  left: number;
}

export interface ReferenceJob {
  readonly plan: Plan;
  readonly input: unknown;
  readonly params: unknown;
  state: JobState;
  output: Record<string, unknown> | null;
  error: ErrorCode | null;
  /** By path, in the order in which they were made. */
  readonly tasks: Map<string, ReferenceTask>;
  /** The outermost one. */
  readonly scope: ReferenceScope;
}

/** Makes a scope with its tasks, which nobody has looked at yet. */
export function openScope(
  job: Pick<ReferenceJob, 'plan' | 'tasks'>,
  place: { each?: ReferenceTask; index?: number; item?: unknown },
): ReferenceScope {
  const { each, index, item = null } = place;
  const nodes = job.plan.nodes.filter(({ scope }) => scope === (each?.node.id ?? ''));
  const chain: ReferenceScope[] = [...(each?.scope.chain ?? [])];
  const path = each ? `${each.path}[${index}]` : '';
  const scope: ReferenceScope = { path, each, item, chain, state: 'open', tasks: [], left: nodes.length };
  chain.push(scope);
  for (const node of nodes) {
    const task: ReferenceTask = {
      ...{ node, scope, path: pathOf(scope, node.name), waitsFor: node.dependsOn.length },
      ...{ state: 'waiting', output: null, error: null },
      ...{ items: [], good: 0, bad: 0 },
    };
    scope.tasks.push(task);
    job.tasks.set(task.path, task);
  }
  return scope;
}

/** Cancels what is open in a scope, also in the eaches inside it. */
export function closeScope(scope: ReferenceScope, state: 'bad' | 'cancelled'): void {
  scope.state = state;
  for (const task of scope.tasks) {
    for (const item of task.items) if (item.state === 'open') closeScope(item, 'cancelled');
    if (isOpen(task)) task.state = 'cancelled';
  }
}

const isOpen = ({ state }: ReferenceTask): boolean =>
  state === 'waiting' || state === 'ready' || state === 'running';

export const taskAt = (job: ReferenceJob, scope: ReferenceScope, name: string): ReferenceTask =>
  job.tasks.get(pathOf(scope, name))!;

/** What expressions refer to, seen from a scope. */
export const valuesIn = (job: ReferenceJob, { chain }: ReferenceScope): Values => ({
  input: job.input,
  params: job.params,
  item: (depth) => chain[depth]!.item,
  node: (name, depth) => taskAt(job, chain[depth]!, name).output,
});

export const eachNodeOf = (task: ReferenceTask): PlanEachNode => task.node as PlanEachNode;

const pathOf = (scope: ReferenceScope, name: string): string =>
  scope.path === '' ? name : `${scope.path}.${name}`;
