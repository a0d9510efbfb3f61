import type { Condition, EachNode, PipelineDocument, StageNode } from '@intermodal/contracts';
import { mayBeAbsent } from '../absent-value.ts';
import type { PipelineCatalogue } from '../pipeline-catalogue.ts';
import { MAX_NODES, type PlanCondition, type PlanExpression, type PlanJoin, type PlanNode } from '../plan.ts';
import type { StageCatalogue } from '../stage-catalogue.ts';
import type { Stage } from '../stage.ts';
import { both, compileCondition, expressionsIn } from './condition.ts';
import { eachFallback, stageFallback } from './fallback.ts';
import type { FaultList } from './fault-list.ts';
import { describeType, itemsOf, listNames, listOf, mismatch } from './json-type.ts';
import { KeptPorts } from './kept-ports.ts';
import { findCycle } from './order.ts';
import { References } from './references.ts';
import {
  find,
  isEach,
  isPipeline,
  levelWithin,
  qualified,
  type Draft,
  type Level,
  type Scope,
} from './scope.ts';
import { inputTypesOf } from './stage-types.ts';
import { nodesIn, type Typed } from './typed.ts';
import { undeclaredFile } from './undeclared-file.ts';

/** Where an expression stands: it decides which node waits for what the expression refers to. */
interface Place {
  readonly scope: Scope;
  readonly name: string;
  readonly path: string;
}

/** One compilation. Faults go to the list; what could be understood goes on, so that all of them are found at once. */
export class Compiler {
  readonly #catalogue: StageCatalogue;
  readonly #faults: FaultList;
  readonly #references: References;
  readonly #kept = new KeptPorts();
  readonly #nodes: PlanNode[] = [];
  #count = 0;

  constructor(catalogue: StageCatalogue, pipelines: PipelineCatalogue, faults: FaultList) {
    this.#catalogue = catalogue;
    this.#faults = faults;
    this.#references = new References(catalogue, pipelines, faults);
  }

  get nodes(): PlanNode[] {
    return this.#nodes.map((node) =>
      node.kind === 'stage'
        ? { ...node, iterated: this.#kept.of(node.id, this.#catalogue.get(node.stage)!) }
        : node,
    );
  }

  /** Documents of pipelines that were put in, by name@version. */
  get putIn(): ReadonlyMap<string, PipelineDocument> {
    return this.#references.putIn;
  }

  /** An expression that belongs to no node: a pipeline's output. */
  output(value: unknown, scope: Scope, path: string): PlanExpression {
    return this.#references.read(value, scope, path).expression;
  }

  /** Compiles a scope that is a level of its own, and finds out who waits for whom. */
  compileLevel(scope: Scope): void {
    this.#compileScope(scope);
    const { drafts, dependsOn } = scope.level;
    const cycle = findCycle(scope.level);
    if (cycle)
      this.#faults.add(
        drafts.get(cycle[0]!)!.documentPath,
        `nodes wait for each other: ${cycle.join(' -> ')}`,
      );
    // Dependencies are complete only now: a node inside an each may have made the each wait for something out here.
    for (const { documentPath: _, ...draft } of drafts.values()) {
      const dependents = [...drafts.keys()].filter((other) => dependsOn.get(other)?.has(draft.name));
      this.#nodes.push({ ...draft, dependsOn: [...(dependsOn.get(draft.name) ?? [])], dependents });
    }
  }

  #compileScope(scope: Scope): void {
    for (const [name, node] of Object.entries(scope.nodes)) {
      if (this.#count > MAX_NODES) return;
      const place = { scope, name: scope.prefix + name, path: `${scope.documentPath}.${name}` };
      if (name === 'input' || name === 'params' || find(scope.parent, name) || scope.item?.name === name)
        this.#faults.add(place.path, `the name '${name}' is taken; choose another`);
      if (isPipeline(node)) {
        this.#compilePipeline(scope, name, place);
        continue;
      }
      this.#count += 1;
      if (this.#count > MAX_NODES)
        this.#faults.add(
          'nodes',
          `a pipeline has at most ${MAX_NODES} nodes, with those of pipelines put in`,
        );
      const draft = isEach(node) ? this.#compileEach(node, place) : this.#compileStage(node, place);
      if (draft) scope.level.drafts.set(place.name, draft);
    }
  }

  /** The nodes of another pipeline come to stand here; the plan knows nothing of it. */
  #compilePipeline(scope: Scope, name: string, place: Place): void {
    const used = this.#references.pipelineAt(scope, name);
    if (!used) return;
    const when = this.#written(used.use.when, place);
    this.#compileScope({ ...used.scope, gate: both(scope.gate, when) });
  }

  #compileStage(node: StageNode, place: Place): Draft | undefined {
    const stage = this.#catalogue.get(node.stage);
    if (!stage) {
      const known = [...this.#catalogue.keys()].join(', ');
      this.#faults.add(`${place.path}.stage`, `there is no stage '${node.stage}'; known are ${known}`);
      return undefined;
    }
    return {
      ...this.#base(place),
      kind: 'stage',
      when: this.#condition(node, place),
      stage: node.stage,
      pool: stage.pool,
      ...this.#inputs(stage, node, place),
      params: this.#params(stage, node, place),
      onError: node.onError,
      fallback: stageFallback(node, stage, place.path, this.#faults),
      timeoutMs: node.timeoutMs ?? stage.limits.timeoutMs,
      attempts: node.attempts ?? stage.limits.attempts,
      iterated: [],
    };
  }

  #inputs(stage: Stage, node: StageNode, place: Place) {
    const ports = inputTypesOf(stage);
    const input: Record<string, PlanExpression> = {};
    for (const [port, value] of Object.entries(node.in)) {
      const path = `${place.path}.in.${port}`;
      const typed = this.#read(value, place, path);
      if (!Object.hasOwn(ports, port)) {
        this.#faults.add(path, `${node.stage} has no input '${port}'; it has ${listNames(ports)}`);
        continue;
      }
      const fault = mismatch(ports[port], typed.type) ?? undeclaredFile(ports[port], typed);
      if (fault) this.#faults.add(path, `${fault} (input '${port}' of ${node.stage})`);
      input[port] = typed.expression;
    }
    const required = requiredPorts(stage);
    for (const port of required)
      if (!Object.hasOwn(node.in, port))
        this.#faults.add(
          `${place.path}.in`,
          `${node.stage} needs an input '${port}': ${describeType(ports[port])}`,
        );
    return { input, required };
  }

  #params(stage: Stage, node: StageNode, place: Place): Record<string, PlanExpression> {
    const shape = stage.params.shape as Record<string, { safeParse(value: unknown): { success: boolean } }>;
    const params: Record<string, PlanExpression> = {};
    for (const [name, value] of Object.entries(node.params)) {
      const path = `${place.path}.params.${name}`;
      const { expression } = this.#read(value, place, path);
      if (!Object.hasOwn(shape, name)) {
        this.#faults.add(path, `${node.stage} has no param '${name}'; it has ${listNames(shape)}`);
        continue;
      }
      // Null is a missing value, here as everywhere: a param of a pipeline put in, that nobody gave.
      if ('lit' in expression && !shape[name]!.safeParse(expression.lit ?? undefined).success)
        this.#faults.add(
          path,
          `${node.stage} does not accept ${JSON.stringify(expression.lit)} as '${name}'`,
        );
      params[name] = expression;
    }
    return params;
  }

  #compileEach(node: EachNode, place: Place): Draft {
    const { scope, name, path } = place;
    const { as } = node;
    if (as === 'input' || as === 'params' || find(scope, as) || Object.hasOwn(node.nodes, as))
      this.#faults.add(`${path}.as`, `the name '${as}' is taken; choose another`);
    const when = this.#condition(node, place);
    const list = this.#read(node.each, place, `${path}.each`);
    const wrong = mismatch({ type: 'array' }, list.type);
    if (wrong) this.#faults.add(`${path}.each`, wrong);
    this.#kept.walkedOver(list.expression, scope.level);
    if (Object.keys(node.nodes).length === 0)
      this.#faults.add(`${path}.nodes`, 'an each needs at least one node');
    const level = levelWithin(scope.level, name);
    const inner: Scope = {
      ...{ level, parent: scope, nodes: node.nodes, prefix: '', documentPath: `${path}.nodes`, gate: null },
      ...{ input: scope.input, params: scope.params, documents: scope.documents },
      item: {
        name: as,
        value: { expression: { item: [], depth: level.depth }, type: itemsOf(list.type) },
      },
    };
    this.compileLevel(inner);
    const collect = this.#references.read(node.collect, inner, `${path}.collect`);
    this.#waitFor(collect.expression, level, undefined);
    this.#references.setType(level.id, listOf(collect.type));
    return {
      ...this.#base(place),
      kind: 'each',
      when,
      onError: node.onError ?? 'fail',
      fallback: eachFallback(node, path, this.#faults),
      list: list.expression,
      join: this.#join(node, list.expression, path),
      collect: collect.expression,
    };
  }

  #join({ join = 'all' }: EachNode, list: PlanExpression, path: string): PlanJoin {
    if (typeof join === 'string') return { kind: join };
    const items =
      'array' in list ? list.array : 'lit' in list && Array.isArray(list.lit) ? list.lit : undefined;
    if (items && items.length < join.quorum)
      this.#faults.add(
        `${path}.join.quorum`,
        `a quorum of ${join.quorum} can never be reached: the list has ${items.length} items`,
      );
    return { kind: 'quorum', count: join.quorum };
  }

  #condition({ when: own }: { when?: Condition | undefined }, place: Place): PlanCondition | null {
    const when = both(place.scope.gate, this.#written(own, place));
    for (const expression of when ? expressionsIn(when) : []) {
      this.#waitFor(expression, place.scope.level, place.name);
      this.#kept.lookedAt(expression, place.scope.level);
    }
    return when;
  }

  #written(condition: Condition | undefined, { scope, path }: Place): PlanCondition | null {
    if (condition === undefined) return null;
    const read = (value: unknown, at: string) => this.#references.read(value, scope, at);
    return compileCondition(condition, `${path}.when`, read, this.#faults);
  }

  /** An expression of a node, which waits for what it refers to. */
  #read(value: unknown, place: Place, path: string): Typed {
    const typed = this.#references.read(value, place.scope, path);
    this.#waitFor(typed.expression, place.scope.level, place.name);
    return typed;
  }

  /** A node out here that something inside an each refers to makes the whole each wait: see decision 0004. */
  #waitFor(expression: PlanExpression, level: Level, name: string | undefined): void {
    for (const { node, depth } of nodesIn(expression)) {
      let at = level;
      let waiting = name;
      while (at.depth > depth) {
        waiting = at.eachName;
        at = at.parent!;
      }
      if (waiting === undefined) continue;
      at.dependsOn.set(waiting, (at.dependsOn.get(waiting) ?? new Set()).add(node));
    }
  }

  #base({ scope: { level }, name, path }: Place) {
    const none: readonly string[] = [];
    return {
      id: qualified(level, name),
      scope: level.id,
      name,
      depth: level.depth,
      dependsOn: none,
      dependents: none,
      documentPath: path,
    };
  }
}

/** Ports that must have a value. */
function requiredPorts(stage: Stage): string[] {
  const shape = stage.input.shape as Record<string, Parameters<typeof mayBeAbsent>[0]>;
  return Object.keys(shape).filter((port) => !mayBeAbsent(shape[port]!));
}
