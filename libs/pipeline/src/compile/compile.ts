import { PipelineDocument } from '@intermodal/contracts';
import type { Plan, PlanOutput } from '../plan.ts';
import { pipelineKey, pipelinesOf, type PipelineCatalogue } from '../pipeline-catalogue.ts';
import type { StageCatalogue } from '../stage-catalogue.ts';
import { sha256Of } from './canonical.ts';
import { Compiler } from './compiler.ts';
import { FaultList } from './fault-list.ts';
import { objectOf } from './json-type.ts';
import { topLevel, type Scope } from './scope.ts';
import { inputTypes } from './seam.ts';

/**
 * Checks a document against the stages there are, puts in the pipelines that it refers to, and resolves every reference.
 * @param pipelines what may be referred to; none unless given
 * @throws IntermodalError `pipeline.invalid` with `details: [{path, message}]`, every fault at once
 */
export function compile(
  document: unknown,
  catalogue: StageCatalogue,
  pipelines: PipelineCatalogue = pipelinesOf([]),
): Plan {
  const faults = new FaultList();
  const name = nameOf(document);
  const parsed = PipelineDocument.safeParse(document);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.add(issue.path.join('.') || 'document', issue.message);
    faults.throwIfAny(name);
  }
  const valid = parsed.data!;
  const compiler = new Compiler(catalogue, pipelines, faults);
  const top: Scope = {
    ...{ level: topLevel(), parent: undefined, nodes: valid.nodes, prefix: '', documentPath: 'nodes' },
    ...{ item: undefined, gate: null, documents: [pipelineKey(valid)] },
    input: { expression: { input: [] }, type: objectOf(inputTypes(valid)) },
    params: { expression: { params: [] }, type: valid.params ?? objectOf({}) },
  };
  compiler.compileLevel(top);
  const output = Object.entries(valid.output).map(([key, value]): PlanOutput => {
    const required = !key.endsWith('?');
    return {
      name: required ? key : key.slice(0, -1),
      required,
      value: compiler.output(value, top, `output.${key}`),
    };
  });
  if (Object.keys(valid.nodes).length === 0) faults.add('nodes', 'a pipeline needs at least one node');
  faults.throwIfAny(name);
  return { sha256: hashOf(valid, compiler.putIn), document: valid, nodes: compiler.nodes, output };
}

/** Of all that a plan is made of. A document that puts nothing in has the hash it had before that was possible. */
const hashOf = (document: PipelineDocument, putIn: ReadonlyMap<string, PipelineDocument>): string =>
  putIn.size === 0 ? sha256Of(document) : sha256Of({ document, pipelines: Object.fromEntries(putIn) });

const nameOf = (document: unknown): string =>
  document !== null && typeof document === 'object' && 'name' in document && typeof document.name === 'string'
    ? document.name.slice(0, 64)
    : '?';
