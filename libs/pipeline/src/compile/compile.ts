import { PipelineDocument } from '@intermodal/contracts';
import type { Plan, PlanOutput } from '../plan.ts';
import type { StageCatalogue } from '../stage-catalogue.ts';
import { sha256Of } from './canonical.ts';
import { Compiler } from './compiler.ts';
import { FaultList } from './fault-list.ts';
import { scopeOf } from './scope.ts';

/**
 * Checks a document against the stages there are and resolves every reference.
 * @throws IntermodalError `pipeline.invalid` with `details: [{path, message}]`, every fault at once
 */
export function compile(document: unknown, catalogue: StageCatalogue): Plan {
  const faults = new FaultList();
  const name = nameOf(document);
  const parsed = PipelineDocument.safeParse(document);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.add(issue.path.join('.') || 'document', issue.message);
    faults.throwIfAny(name);
  }
  const valid = parsed.data!;
  const compiler = new Compiler(valid, catalogue, faults);
  const top = scopeOf(valid.nodes);
  compiler.compileScope(top);
  const output = Object.entries(valid.output).map(([key, value]): PlanOutput => {
    const place = { scope: top, node: undefined, path: `output.${key}` };
    const required = !key.endsWith('?');
    return {
      name: required ? key : key.slice(0, -1),
      required,
      value: compiler.expression(value, place).expression,
    };
  });
  if (Object.keys(valid.nodes).length === 0) faults.add('nodes', 'a pipeline needs at least one node');
  faults.throwIfAny(name);
  return { sha256: sha256Of(valid), document: valid, nodes: compiler.nodes, output };
}

const nameOf = (document: unknown): string =>
  document !== null && typeof document === 'object' && 'name' in document && typeof document.name === 'string'
    ? document.name.slice(0, 64)
    : '?';
