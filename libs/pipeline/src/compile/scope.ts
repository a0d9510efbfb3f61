import type { EachNode, PipelineNode, PipelineUse } from '@intermodal/contracts';
import type { PlanCondition, PlanNode } from '../plan.ts';
import type { Typed } from './typed.ts';

export const isEach = (node: PipelineNode): node is EachNode => 'each' in node;
export const isPipeline = (node: PipelineNode): node is PipelineUse => 'pipeline' in node;

/** A node before it is known what waits for what. */
export type Draft = PlanNode & { readonly documentPath: string };

/** What runs together: the nodes of a job, or of an item of an each, with those of pipelines put in. */
export interface Level {
  /** Id of the each, empty at the top. */
  readonly id: string;
  readonly depth: number;
  readonly parent: Level | undefined;
  /** Name of the each within `parent`. */
  readonly eachName: string;
  readonly drafts: Map<string, Draft>;
  /** What each node needs of its own level, filled while references are resolved. */
  readonly dependsOn: Map<string, Set<string>>;
}

export const topLevel = (): Level => levelOf({ id: '', depth: 0, parent: undefined, eachName: '' });

export const levelWithin = (parent: Level, eachName: string): Level =>
  levelOf({ id: qualified(parent, eachName), depth: parent.depth + 1, parent, eachName });

const levelOf = (place: Pick<Level, 'id' | 'depth' | 'parent' | 'eachName'>): Level => ({
  ...place,
  drafts: new Map(),
  dependsOn: new Map(),
});

/** The id of a node: unique in the plan. */
export const qualified = (level: Level, name: string): string =>
  level.id === '' ? name : `${level.id}.${name}`;

/** Where names mean something: a document, or the inside of an each. */
export interface Scope {
  readonly level: Level;
  /** The scope around an each. A pipeline put in sees nothing of what is around it. */
  readonly parent: Scope | undefined;
  readonly nodes: Readonly<Record<string, PipelineNode>>;
  /** What comes before the names of its nodes: `greet.` in a pipeline put in. */
  readonly prefix: string;
  /** Where its nodes stand in the document, e.g. `nodes.lines.nodes`. */
  readonly documentPath: string;
  /** What `$input` and `$params` are here. */
  readonly input: Typed;
  readonly params: Typed;
  /** The name after `as`, and what it stands for. */
  readonly item: { readonly name: string; readonly value: Typed } | undefined;
  /** Gates every node: the `when` of pipelines put in. */
  readonly gate: PlanCondition | null;
  /** The documents around it, as name@version, outermost first. */
  readonly documents: readonly string[];
}

export type Found =
  | { readonly kind: 'node'; readonly scope: Scope; readonly name: string }
  | { readonly kind: 'item'; readonly value: Typed };

/** The nearest node or item of that name, looking outwards. */
export function find(scope: Scope | undefined, name: string): Found | undefined {
  if (!scope) return undefined;
  if (Object.hasOwn(scope.nodes, name)) return { kind: 'node', scope, name };
  if (scope.item?.name === name) return { kind: 'item', value: scope.item.value };
  return find(scope.parent, name);
}

/** Every name that a reference in this scope may begin with, for messages. */
export function visibleNames(scope: Scope | undefined): string[] {
  if (!scope) return ['input', 'params'];
  return [
    ...Object.keys(scope.nodes),
    ...(scope.item ? [scope.item.name] : []),
    ...visibleNames(scope.parent),
  ];
}
