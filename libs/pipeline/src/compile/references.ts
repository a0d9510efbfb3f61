import type { PipelineDocument, PipelineUse } from '@intermodal/contracts';
import { MAX_PIPELINE_DEPTH, type PlanExpression } from '../plan.ts';
import type { PipelineCatalogue } from '../pipeline-catalogue.ts';
import type { StageCatalogue } from '../stage-catalogue.ts';
import type { FaultList } from './fault-list.ts';
import { listNames, listOf, objectOf, propertiesOf, typeOfLiteral, type JsonType } from './json-type.ts';
import { readString, type Reference } from './read-string.ts';
import { find, isEach, isPipeline, qualified, visibleNames, type Scope } from './scope.ts';
import { boundInput, boundParams } from './seam.ts';
import { outputTypeOf } from './stage-types.ts';
import { isTooLarge, literal, NOTHING, within, type Typed } from './typed.ts';

/** A pipeline in place of a node. */
interface PutIn {
  readonly use: PipelineUse;
  /** The inside of its document. */
  readonly scope: Scope;
  /** An object of its outputs. */
  readonly outputs: Typed;
}

/** Turns what stands in a document into expressions. */
export class References {
  readonly #catalogue: StageCatalogue;
  readonly #pipelines: PipelineCatalogue;
  readonly #faults: FaultList;
  readonly #types = new Map<string, JsonType>();
  /** By id of the node. Undefined: it cannot be used. */
  readonly #putIn = new Map<string, PutIn | undefined>();
  /** Ids of the pipelines that are being put in right now: one of them again would be a circle. */
  readonly #opening: string[] = [];
  readonly putIn = new Map<string, PipelineDocument>();

  constructor(catalogue: StageCatalogue, pipelines: PipelineCatalogue, faults: FaultList) {
    this.#catalogue = catalogue;
    this.#pipelines = pipelines;
    this.#faults = faults;
  }

  /** What an each gives, known once its inside was read. */
  setType(id: string, type: JsonType): void {
    this.#types.set(id, type);
  }

  read(value: unknown, scope: Scope, path: string): Typed {
    const typed = this.#read(value, scope, path);
    if (!isTooLarge(typed.expression)) return typed;
    this.#faults.add(path, 'it is too large, with all that it refers to');
    return NOTHING;
  }

  #read(value: unknown, scope: Scope, path: string): Typed {
    if (typeof value === 'string') {
      const read = readString(value);
      if (!read) {
        this.#faults.add(
          path,
          `'${value}' is no reference; write $node.port, or $$ for a text that begins with $`,
        );
        return NOTHING;
      }
      if ('literal' in read) return literal(read.literal, { type: 'string' });
      return this.#resolve(read.reference, scope, path);
    }
    if (Array.isArray(value)) {
      const items = value.map((item, i) => this.#read(item, scope, `${path}[${i}]`));
      const expressions = items.map(({ expression }) => expression);
      if (expressions.every((item) => 'lit' in item))
        return literal(
          expressions.map(({ lit }) => lit),
          typeOfLiteral(value),
        );
      return { expression: { array: expressions }, type: listOf(items[0]?.type) };
    }
    if (value !== null && typeof value === 'object') {
      const entries = Object.entries(value).map(
        ([key, inner]) => [key, this.#read(inner, scope, `${path}.${key}`)] as const,
      );
      return objectOfTyped(entries);
    }
    return literal(value, typeOfLiteral(value));
  }

  #resolve({ root, path: keys }: Reference, scope: Scope, path: string): Typed {
    let at = this.#root(root, scope, path);
    let name = `$${root}`;
    for (const key of keys) {
      const properties = propertiesOf(at.type);
      if (properties && !Object.hasOwn(properties, key)) {
        this.#faults.add(path, `${name} has no '${key}'; it has ${listNames(properties)}`);
        return NOTHING;
      }
      at = within(at, key);
      name += `.${key}`;
    }
    return at;
  }

  #root(root: string, scope: Scope, path: string): Typed {
    if (root === 'input') return scope.input;
    if (root === 'params') return scope.params;
    const found = find(scope, root);
    if (!found) {
      const names = [...new Set(visibleNames(scope))].map((name) => `$${name}`).join(', ');
      this.#faults.add(path, `there is no node or item '${root}' here; there are ${names}`);
      return NOTHING;
    }
    if (found.kind === 'item') return found.value;
    const { level, nodes, prefix } = found.scope;
    const node = nodes[found.name]!;
    if (isPipeline(node)) return this.pipelineAt(found.scope, found.name)?.outputs ?? NOTHING;
    return {
      expression: { node: prefix + found.name, depth: level.depth, path: [] },
      type: isEach(node)
        ? (this.#types.get(qualified(level, prefix + found.name)) ?? { type: 'array' })
        : this.#outputOf(node.stage),
    };
  }

  #outputOf(stage: string): JsonType {
    const found = this.#catalogue.get(stage);
    return found && outputTypeOf(found);
  }

  /** The pipeline that stands in a node's place, with its inputs and params bound to what is given out here. */
  pipelineAt(scope: Scope, name: string): PutIn | undefined {
    const id = qualified(scope.level, scope.prefix + name);
    if (this.#putIn.has(id)) return this.#putIn.get(id);
    const path = `${scope.documentPath}.${name}`;
    if (this.#opening.includes(id)) {
      const circle = [...this.#opening.slice(this.#opening.indexOf(id)), id];
      this.#faults.add(path, `nodes wait for each other: ${circle.join(' -> ')}`);
      return undefined;
    }
    this.#opening.push(id);
    const found = this.#putInAt(scope, name, path);
    this.#opening.pop();
    this.#putIn.set(id, found);
    return found;
  }

  #putInAt(scope: Scope, name: string, path: string): PutIn | undefined {
    const use = scope.nodes[name] as PipelineUse;
    const document = this.#documentOf(use, scope, path);
    if (!document) return undefined;
    this.putIn.set(use.pipeline, document);
    const seam = {
      ...{ use, document, path, faults: this.#faults },
      read: (value: unknown, at: string) => this.read(value, scope, at),
    };
    const inside: Scope = {
      level: scope.level,
      parent: undefined,
      nodes: document.nodes,
      prefix: `${scope.prefix}${name}.`,
      documentPath: `${path}.pipeline.nodes`,
      input: boundInput(seam),
      params: boundParams(seam),
      item: undefined,
      gate: null,
      documents: [...scope.documents, use.pipeline],
    };
    const outputs = Object.entries(document.output).map(
      ([key, value]) =>
        [key.replace(/\?$/, ''), this.read(value, inside, `${path}.pipeline.output.${key}`)] as const,
    );
    return { use, scope: inside, outputs: objectOfTyped(outputs) };
  }

  #documentOf({ pipeline }: PipelineUse, { documents }: Scope, path: string): PipelineDocument | undefined {
    const at = `${path}.pipeline`;
    if (documents.includes(pipeline)) {
      const circle = [...documents.slice(documents.indexOf(pipeline)), pipeline].join(' -> ');
      this.#faults.add(at, `a pipeline cannot be a part of itself: ${circle}`);
      return undefined;
    }
    // The first of the documents is the one that is compiled.
    if (documents.length > MAX_PIPELINE_DEPTH) {
      this.#faults.add(at, `pipelines stand in pipelines at most ${MAX_PIPELINE_DEPTH} deep`);
      return undefined;
    }
    const document = this.#pipelines.get(pipeline);
    if (!document) {
      const known = [...this.#pipelines.keys()].sort().join(', ') || 'none';
      this.#faults.add(at, `there is no pipeline '${pipeline}'; known are ${known}`);
    }
    return document;
  }
}

function objectOfTyped(entries: readonly (readonly [string, Typed])[]): Typed {
  const part = <Value>(of: (typed: Typed) => Value): Record<string, Value> =>
    Object.fromEntries(entries.map(([key, typed]) => [key, of(typed)]));
  return {
    expression: { object: part(({ expression }): PlanExpression => expression) },
    type: objectOf(part(({ type }) => type)),
  };
}
