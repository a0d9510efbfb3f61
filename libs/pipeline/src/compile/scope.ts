import type { EachNode, PipelineNode } from '@intermodal/contracts';

export const isEach = (node: PipelineNode): node is EachNode => 'each' in node;

/** The top of a document, or the inside of an each. */
export interface Scope {
  /** Id of the each, empty at the top. */
  readonly id: string;
  readonly depth: number;
  readonly parent: Scope | undefined;
  /** Name of the each within `parent`. */
  readonly eachName: string;
  /** The name after `as`. */
  readonly item: string | undefined;
  readonly nodes: Readonly<Record<string, PipelineNode>>;
  /** Where its nodes stand in the document, e.g. `nodes.lines.nodes`. */
  readonly documentPath: string;
  /** What each node needs of its own scope, filled while references are resolved. */
  readonly dependsOn: Map<string, Set<string>>;
}

export function scopeOf(
  nodes: Readonly<Record<string, PipelineNode>>,
  parent?: { scope: Scope; name: string; item: string },
): Scope {
  return {
    id: parent ? qualified(parent.scope, parent.name) : '',
    depth: parent ? parent.scope.depth + 1 : 0,
    parent: parent?.scope,
    eachName: parent?.name ?? '',
    item: parent?.item,
    nodes,
    documentPath: parent ? `${parent.scope.documentPath}.${parent.name}.nodes` : 'nodes',
    dependsOn: new Map(Object.keys(nodes).map((name) => [name, new Set()])),
  };
}

export const qualified = (scope: Scope, name: string): string =>
  scope.id === '' ? name : `${scope.id}.${name}`;

export type Found =
  | { readonly kind: 'node'; readonly scope: Scope; readonly name: string }
  | { readonly kind: 'item'; readonly scope: Scope };

/** The nearest node or item of that name, looking outwards. */
export function find(scope: Scope | undefined, name: string): Found | undefined {
  if (!scope) return undefined;
  if (Object.hasOwn(scope.nodes, name)) return { kind: 'node', scope, name };
  if (scope.item === name) return { kind: 'item', scope };
  return find(scope.parent, name);
}

/** Every name that a reference in this scope may begin with, for messages. */
export function visibleNames(scope: Scope | undefined): string[] {
  if (!scope) return ['input', 'params'];
  return [...Object.keys(scope.nodes), ...(scope.item ? [scope.item] : []), ...visibleNames(scope.parent)];
}
