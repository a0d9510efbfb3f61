import { IntermodalError } from '@intermodal/contracts';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { evaluate } from './evaluate.ts';
import { compileSchema, faultsOf, sentenceOf } from './json-schema.ts';
import type { Plan, PlanExpression, PlanStageNode } from './plan.ts';
import type { StageCatalogue } from './stage-catalogue.ts';

export interface Submission {
  readonly input: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * Checks what a user sends against what the pipeline declares, and fills in defaults. Media ports are only looked at for
 * presence: who resolves the artifact checks its type. Stage params are checked wherever they depend on nothing but the
 * job's params.
 * @throws IntermodalError `input.invalid` or `input.absent`; the sentence names the field
 */
export function checkSubmission(plan: Plan, submission: Submission, catalogue: StageCatalogue): Submission {
  const input = checkInput(plan, submission.input);
  const params = checkParams(plan, submission.params);
  for (const node of plan.nodes) if (node.kind === 'stage') checkNodeParams(node, params, catalogue);
  return { input, params };
}

function checkInput(plan: Plan, given: Submission['input']): Record<string, unknown> {
  const ports = plan.document.input;
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(ports, name)) continue;
    const known = Object.keys(ports).join(', ') || 'none';
    throw new IntermodalError(
      'input.invalid',
      `input.${name}: ${plan.document.name} has no such input; it has ${known}.`,
    );
  }
  const input: Record<string, unknown> = {};
  for (const [name, port] of Object.entries(ports)) {
    const { optional, media, ...schema } = port as { optional?: boolean; media?: string; default?: unknown };
    const value = given[name] ?? schema.default ?? null;
    if (value === null) {
      if (optional) continue;
      const what = media ? `a file of type ${media}` : 'a value';
      throw new IntermodalError('input.absent', `input.${name}: ${plan.document.name} needs ${what} here.`);
    }
    if (media === undefined) check(plan, () => schema, value, `input.${name}`);
    else if (typeof value !== 'object')
      throw new IntermodalError('input.invalid', `input.${name}: give the file as {"artifact": "art_…"}.`);
    input[name] = value;
  }
  return input;
}

function checkParams(plan: Plan, given: Submission['params']): Record<string, unknown> {
  const params = structuredClone(given) as Record<string, unknown>;
  const schema = () => ({ additionalProperties: false, ...(plan.document.params ?? { type: 'object' }) });
  check(plan, schema, params, 'params');
  return params;
}

function checkNodeParams(
  node: PlanStageNode,
  params: Record<string, unknown>,
  catalogue: StageCatalogue,
): void {
  const shape = catalogue.get(node.stage)?.params.shape ?? {};
  for (const [name, expression] of Object.entries(node.params)) {
    const schema = (
      shape as Record<string, { safeParse(value: unknown): { success: boolean; error?: Error } }>
    )[name];
    if (!schema || !dependsOnlyOnParams(expression)) continue;
    const value = evaluate(expression, { input: null, params, item: () => null, node: () => null });
    const parsed = schema.safeParse(value ?? undefined);
    if (parsed.success) continue;
    throw new IntermodalError(
      'input.invalid',
      `params: ${node.stage} (node ${node.id}) does not accept ${JSON.stringify(value)} as '${name}'.`,
      { details: (parsed.error as { issues?: unknown } | undefined)?.issues },
    );
  }
}

function dependsOnlyOnParams(expression: PlanExpression): boolean {
  if ('array' in expression) return expression.array.every(dependsOnlyOnParams);
  if ('object' in expression) return Object.values(expression.object).every(dependsOnlyOnParams);
  return 'lit' in expression || 'params' in expression;
}

/** By plan and path: a plan that is kept is compiled once, one that was posted goes with its request. */
const validators = new WeakMap<Plan, Map<string, ValidateFunction>>();

function check(plan: Plan, schemaOf: () => object, value: unknown, path: string): void {
  const known = validators.get(plan) ?? new Map<string, ValidateFunction>();
  validators.set(plan, known);
  const validate = known.get(path) ?? compileSchema(schemaOf(), path);
  known.set(path, validate);
  const faults = faultsOf(validate, value, path);
  if (faults) throw new IntermodalError('input.invalid', sentenceOf(faults[0]!, path), { details: faults });
}
