import type { PlanExpression } from './plan.ts';

/** Where the values of an expression come from. */
export interface Values {
  readonly input: unknown;
  readonly params: unknown;
  item(depth: number): unknown;
  node(name: string, depth: number): unknown;
}

/** The value of an expression; what is missing is null. The SQL function `evaluate` does the same. */
export function evaluate(expression: PlanExpression, values: Values): unknown {
  if ('lit' in expression) return expression.lit ?? null;
  if ('input' in expression) return dig(values.input, expression.input);
  if ('params' in expression) return dig(values.params, expression.params);
  if ('item' in expression) return dig(values.item(expression.depth), expression.item);
  if ('node' in expression) return dig(values.node(expression.node, expression.depth), expression.path);
  if ('array' in expression) return expression.array.map((inner) => evaluate(inner, values));
  return evaluateEach(expression.object, values);
}

export const evaluateEach = (
  expressions: Readonly<Record<string, PlanExpression>>,
  values: Values,
): Record<string, unknown> =>
  Object.fromEntries(Object.entries(expressions).map(([name, inner]) => [name, evaluate(inner, values)]));

export function dig(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const key of path) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, key)) return null;
    at = (at as Record<string, unknown>)[key];
  }
  return at ?? null;
}
