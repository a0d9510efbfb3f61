import { sha256Of } from './compile/canonical.ts';
import type { Plan, PlanCondition, PlanExpression, PlanNode, PlanStageNode } from './plan.ts';
import type { StageCatalogue } from './stage-catalogue.ts';

/** The stage that a plan gets in front of a media port for which an address was given. */
export const FETCH_STAGE = 'media.fetch@1';

/**
 * The plan for a job that is given addresses in place of files: a node in front fetches each, and whoever referred to the input refers
 * to what it fetched. `input.<port>` is then `{url}`. The document stays as it was written; see decision 0024.
 * @param ports media ports for which there is an address
 */
export function withFetches(plan: Plan, ports: readonly string[], catalogue: StageCatalogue): Plan {
  const limits = catalogue.get(FETCH_STAGE)?.limits;
  if (!limits) throw new Error(`There is no stage ${FETCH_STAGE}.`);
  const fetches = new Map(ports.toSorted().map((port) => [port, nameOf(port)]));
  const moved = (expression: PlanExpression): PlanExpression => move(expression, fetches);
  const nodes = plan.nodes.map((node): PlanNode => {
    const waitsFor = node.scope === '' ? [...fetches].filter(([port]) => refersTo(plan, node, port)) : [];
    const dependsOn = [...waitsFor.map(([, name]) => name), ...node.dependsOn];
    const when = node.when && moveCondition(node.when, moved);
    if (node.kind === 'each')
      return { ...node, when, dependsOn, list: moved(node.list), collect: moved(node.collect) };
    return {
      ...node,
      when,
      dependsOn,
      input: moveAll(node.input, moved),
      params: moveAll(node.params, moved),
    };
  });
  const front = [...fetches].map(([port, name]): PlanStageNode => ({
    ...{ id: name, scope: '', name, depth: 0, when: null, onError: 'fail', fallback: null },
    dependsOn: [],
    dependents: nodes
      .filter(({ scope, dependsOn }) => scope === '' && dependsOn.includes(name))
      .map((one) => one.name),
    ...{ kind: 'stage', stage: FETCH_STAGE, pool: catalogue.get(FETCH_STAGE)!.pool, ...limits },
    input: { url: { input: [port, 'url'] } },
    required: ['url'],
    params: {
      accept: { lit: (plan.document.input[port] as { media?: unknown }).media },
      called: { lit: `input.${port}` },
    },
    iterated: [],
  }));
  return {
    sha256: sha256Of({ plan: plan.sha256, fetches: [...fetches.keys()] }),
    document: plan.document,
    nodes: [...front, ...nodes],
    output: plan.output.map((output) => ({ ...output, value: moved(output.value) })),
  };
}

/** No node of a document can have such a name. */
const nameOf = (port: string): string => `fetch-${port}`;

function move(expression: PlanExpression, fetches: ReadonlyMap<string, string>): PlanExpression {
  if ('input' in expression) {
    const [port, ...path] = expression.input;
    const name = port === undefined ? undefined : fetches.get(port);
    return name === undefined ? expression : { node: name, depth: 0, path: ['file', ...path] };
  }
  if ('array' in expression) return { array: expression.array.map((inner) => move(inner, fetches)) };
  if ('object' in expression) return { object: moveAll(expression.object, (inner) => move(inner, fetches)) };
  return expression;
}

const moveAll = (
  expressions: Readonly<Record<string, PlanExpression>>,
  moved: (expression: PlanExpression) => PlanExpression,
): Record<string, PlanExpression> =>
  Object.fromEntries(Object.entries(expressions).map(([name, expression]) => [name, moved(expression)]));

function moveCondition(
  condition: PlanCondition,
  moved: (expression: PlanExpression) => PlanExpression,
): PlanCondition {
  if ('value' in condition) return { value: moved(condition.value) };
  if ('not' in condition) return { not: moveCondition(condition.not, moved) };
  if ('all' in condition) return { all: condition.all.map((inner) => moveCondition(inner, moved)) };
  if ('any' in condition) return { any: condition.any.map((inner) => moveCondition(inner, moved)) };
  const [[kind, [left, right]]] = Object.entries(condition) as [
    [string, readonly [PlanExpression, PlanExpression]],
  ];
  return { [kind]: [moved(left), moved(right)] } as unknown as PlanCondition;
}

/** Whether a node, or one inside of it, refers to an input. */
function refersTo(plan: Plan, node: PlanNode, port: string): boolean {
  const inside = plan.nodes.filter(
    ({ scope }) => node.kind === 'each' && (scope === node.id || scope.startsWith(`${node.id}.`)),
  );
  return [node, ...inside].some((one) => {
    const { when } = one;
    const parts =
      one.kind === 'each' ? [one.list, one.collect] : [one.input, one.params].flatMap(Object.values);
    return [...parts, ...(when === null ? [] : [when])].some((part) => mentions(part, port));
  });
}

function mentions(part: unknown, port: string): boolean {
  if (part === null || typeof part !== 'object') return false;
  if (Object.hasOwn(part, 'lit')) return false;
  const { input } = part as { input?: unknown };
  if (Array.isArray(input) && typeof input[0] === 'string') return input[0] === port;
  return Object.values(part).some((inner) => mentions(inner, port));
}
