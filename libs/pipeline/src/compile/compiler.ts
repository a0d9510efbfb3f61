import { toJsonSchema, type EachNode, type PipelineDocument, type StageNode } from '@intermodal/contracts';
import { mayBeAbsent } from '../absent-value.ts';
import { MAX_NODES, type PlanExpression, type PlanNode } from '../plan.ts';
import type { StageCatalogue } from '../stage-catalogue.ts';
import type { Stage } from '../stage.ts';
import type { FaultList } from './fault-list.ts';
import {
  describeType,
  fileType,
  itemsOf,
  listOf,
  mismatch,
  objectOf,
  propertiesOf,
  typeOfLiteral,
  type JsonType,
} from './json-type.ts';
import { findCycle } from './order.ts';
import { readString, type Reference } from './reference.ts';
import { find, isEach, qualified, scopeOf, visibleNames, type Scope } from './scope.ts';

/** An expression with what is known of its value. */
export interface Typed {
  readonly expression: PlanExpression;
  readonly type: JsonType;
}

/** Where an expression stands: it decides which node waits for what the expression refers to. */
interface Place {
  readonly scope: Scope;
  /** The node the expression belongs to; undefined for a pipeline's output and an each's collect. */
  readonly node: string | undefined;
  readonly path: string;
}

const NOTHING: Typed = { expression: { lit: null }, type: undefined };

/** One compilation. Faults go to the list; what could be understood goes on, so that all of them are found at once. */
export class Compiler {
  readonly nodes: PlanNode[] = [];
  readonly #document: PipelineDocument;
  readonly #catalogue: StageCatalogue;
  readonly #faults: FaultList;
  readonly #nodeTypes = new Map<string, JsonType>();
  readonly #scopes = new Map<string, Scope>();

  constructor(document: PipelineDocument, catalogue: StageCatalogue, faults: FaultList) {
    this.#document = document;
    this.#catalogue = catalogue;
    this.#faults = faults;
  }

  compileScope(scope: Scope): void {
    this.#scopes.set(scope.id, scope);
    const drafts = Object.entries(scope.nodes).map(([name, node]) =>
      isEach(node) ? this.#compileEach(scope, name, node) : this.#compileStage(scope, name, node),
    );
    const cycle = findCycle(scope);
    if (cycle)
      this.#faults.add(
        `${scope.documentPath}.${cycle[0]}`,
        `nodes wait for each other: ${cycle.join(' -> ')}`,
      );
    // Dependencies are complete only now: a node inside an each may have made the each wait for something out here.
    for (const draft of drafts) {
      if (!draft) continue;
      const dependsOn = [...(scope.dependsOn.get(draft.name) ?? [])];
      const dependents = Object.keys(scope.nodes).filter((other) =>
        scope.dependsOn.get(other)?.has(draft.name),
      );
      this.nodes.push({ ...draft, dependsOn, dependents });
    }
    if (this.nodes.length > MAX_NODES) this.#faults.add('nodes', `a pipeline has at most ${MAX_NODES} nodes`);
  }

  #compileStage(scope: Scope, name: string, node: StageNode): PlanNode | undefined {
    const path = `${scope.documentPath}.${name}`;
    this.#checkName(scope, name, path);
    const stage = this.#catalogue.get(node.stage);
    if (!stage) {
      const known = [...this.#catalogue.keys()].join(', ');
      this.#faults.add(`${path}.stage`, `there is no stage '${node.stage}'; known are ${known}`);
      return undefined;
    }
    const ports = propertiesOf(toJsonSchema(stage.input)) ?? {};
    const input: Record<string, PlanExpression> = {};
    for (const [port, value] of Object.entries(node.in)) {
      const place = { scope, node: name, path: `${path}.in.${port}` };
      const typed = this.expression(value, place);
      if (!Object.hasOwn(ports, port)) {
        this.#faults.add(place.path, `${node.stage} has no input '${port}'; it has ${listNames(ports)}`);
        continue;
      }
      const fault = mismatch(ports[port], typed.type);
      if (fault) this.#faults.add(place.path, `${fault} (input '${port}' of ${node.stage})`);
      input[port] = typed.expression;
    }
    const required = requiredPorts(stage);
    for (const port of required) {
      if (!Object.hasOwn(node.in, port))
        this.#faults.add(
          `${path}.in`,
          `${node.stage} needs an input '${port}': ${describeType(ports[port])}`,
        );
    }
    return {
      ...this.#base(scope, name),
      kind: 'stage',
      stage: node.stage,
      pool: stage.pool,
      input,
      required,
      params: this.#params(stage, node, { scope, node: name, path }),
      onError: node.onError,
      timeoutMs: node.timeoutMs ?? stage.limits.timeoutMs,
      attempts: node.attempts ?? stage.limits.attempts,
      iterated: this.#iteratedPorts(scope, name),
    };
  }

  #params(stage: Stage, node: StageNode, place: Place): Record<string, PlanExpression> {
    const shape = stage.params.shape as Record<string, { safeParse(value: unknown): { success: boolean } }>;
    const params: Record<string, PlanExpression> = {};
    for (const [name, value] of Object.entries(node.params)) {
      const path = `${place.path}.params.${name}`;
      if (!Object.hasOwn(shape, name)) {
        this.#faults.add(path, `${node.stage} has no param '${name}'; it has ${listNames(shape)}`);
        continue;
      }
      const { expression } = this.expression(value, { ...place, path });
      if ('lit' in expression && !shape[name]!.safeParse(expression.lit).success)
        this.#faults.add(
          path,
          `${node.stage} does not accept ${JSON.stringify(expression.lit)} as '${name}'`,
        );
      params[name] = expression;
    }
    return params;
  }

  #compileEach(scope: Scope, name: string, node: EachNode): PlanNode {
    const path = `${scope.documentPath}.${name}`;
    this.#checkName(scope, name, path);
    if (
      node.as === 'input' ||
      node.as === 'params' ||
      find(scope, node.as) ||
      Object.hasOwn(node.nodes, node.as)
    )
      this.#faults.add(`${path}.as`, `the name '${node.as}' is taken; choose another`);
    const list = this.expression(node.each, { scope, node: name, path: `${path}.each` });
    const wrong = mismatch({ type: 'array' }, list.type);
    if (wrong) this.#faults.add(`${path}.each`, wrong);
    if (Object.keys(node.nodes).length === 0)
      this.#faults.add(`${path}.nodes`, 'an each needs at least one node');
    const inner = scopeOf(node.nodes, { scope, name, item: node.as });
    this.#nodeTypes.set(`${inner.id}$item`, itemsOf(list.type));
    this.compileScope(inner);
    const collect = this.expression(node.collect, { scope: inner, node: undefined, path: `${path}.collect` });
    this.#nodeTypes.set(qualified(scope, name), listOf(collect.type));
    return { ...this.#base(scope, name), kind: 'each', list: list.expression, collect: collect.expression };
  }

  #base(scope: Scope, name: string) {
    const none: readonly string[] = [];
    return {
      id: qualified(scope, name),
      scope: scope.id,
      name,
      depth: scope.depth,
      dependsOn: none,
      dependents: none,
    };
  }

  #checkName(scope: Scope, name: string, path: string): void {
    if (name === 'input' || name === 'params' || find(scope.parent, name) || scope.item === name)
      this.#faults.add(path, `the name '${name}' is taken; choose another`);
  }

  /** Ports of a node that some each, here or further in, walks over. */
  #iteratedPorts(scope: Scope, name: string): string[] {
    const ports = new Set<string>();
    const look = (nodes: Scope['nodes']): void => {
      for (const node of Object.values(nodes)) {
        if (!isEach(node)) continue;
        const read = readString(node.each);
        if (read && 'reference' in read && read.reference.root === name && read.reference.path[0])
          ports.add(read.reference.path[0]);
        look(node.nodes);
      }
    };
    look(scope.nodes);
    return [...ports];
  }

  expression(value: unknown, place: Place): Typed {
    if (typeof value === 'string') {
      const read = readString(value);
      if (!read) {
        this.#faults.add(
          place.path,
          `'${value}' is no reference; write $node.port, or $$ for a text that begins with $`,
        );
        return NOTHING;
      }
      if ('literal' in read) return { expression: { lit: read.literal }, type: { type: 'string' } };
      return this.#reference(read.reference, place);
    }
    if (Array.isArray(value)) {
      const items = value.map((item, i) => this.expression(item, { ...place, path: `${place.path}[${i}]` }));
      if (items.every((item) => 'lit' in item.expression)) return literal(value, items);
      return { expression: { array: items.map((item) => item.expression) }, type: listOf(items[0]?.type) };
    }
    if (value !== null && typeof value === 'object') {
      const entries = Object.entries(value).map(
        ([key, inner]) => [key, this.expression(inner, { ...place, path: `${place.path}.${key}` })] as const,
      );
      const type = objectOf(Object.fromEntries(entries.map(([key, typed]) => [key, typed.type])));
      return {
        expression: { object: Object.fromEntries(entries.map(([key, typed]) => [key, typed.expression])) },
        type,
      };
    }
    return { expression: { lit: value }, type: typeOfLiteral(value) };
  }

  #reference({ root, path }: Reference, place: Place): Typed {
    if (root === 'input')
      return { expression: { input: path }, type: this.#dig(this.#inputType(), path, place, 'input') };
    if (root === 'params') {
      const type = this.#document.params ?? objectOf({});
      return { expression: { params: path }, type: this.#dig(type, path, place, 'params') };
    }
    const found = find(place.scope, root);
    if (!found) {
      const names = [...new Set(visibleNames(place.scope))].map((name) => `$${name}`).join(', ');
      this.#faults.add(place.path, `there is no node or item '${root}' here; there are ${names}`);
      return NOTHING;
    }
    if (found.kind === 'item') {
      const type = this.#nodeTypes.get(`${found.scope.id}$item`);
      return {
        expression: { item: path, depth: found.scope.depth },
        type: this.#dig(type, path, place, root),
      };
    }
    this.#depend(found.scope, found.name, place);
    const type = this.#typeOfNode(found.scope, found.name);
    return {
      expression: { node: found.name, depth: found.scope.depth, path },
      type: this.#dig(type, path, place, root),
    };
  }

  /** A node out here that something inside an each refers to makes the whole each wait: see decision 0004. */
  #depend(target: Scope, name: string, place: Place): void {
    let scope = place.scope;
    let node = place.node;
    while (scope !== target && scope.parent) {
      node = scope.eachName;
      scope = scope.parent;
    }
    if (node !== undefined) scope.dependsOn.get(node)?.add(name);
  }

  #inputType(): JsonType {
    return objectOf(
      Object.fromEntries(
        Object.entries(this.#document.input).map(([port, declared]) => [
          port,
          typeof declared['media'] === 'string' ? fileType(declared['media']) : declared,
        ]),
      ),
    );
  }

  #typeOfNode(scope: Scope, name: string): JsonType {
    const node = scope.nodes[name]!;
    if (isEach(node)) return this.#nodeTypes.get(qualified(scope, name)) ?? { type: 'array' };
    const stage = this.#catalogue.get(node.stage);
    return stage && toJsonSchema(stage.output, 'output');
  }

  #dig(type: JsonType, path: readonly string[], place: Place, from: string): JsonType {
    let at = type;
    let name = `$${from}`;
    for (const key of path) {
      const properties = propertiesOf(at);
      if (properties && !Object.hasOwn(properties, key)) {
        this.#faults.add(place.path, `${name} has no '${key}'; it has ${listNames(properties)}`);
        return undefined;
      }
      at = properties?.[key];
      name += `.${key}`;
    }
    return at;
  }
}

const listNames = (record: object): string => Object.keys(record).join(', ') || 'none';

const literal = (value: unknown[], items: Typed[]): Typed => ({
  expression: { lit: items.map((item) => (item.expression as { lit: unknown }).lit) },
  type: typeOfLiteral(value),
});

/** Ports that must have a value. */
function requiredPorts(stage: Stage): string[] {
  const shape = stage.input.shape as Record<string, Parameters<typeof mayBeAbsent>[0]>;
  return Object.keys(shape).filter((port) => !mayBeAbsent(shape[port]!));
}
