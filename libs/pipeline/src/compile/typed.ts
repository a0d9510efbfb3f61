import { dig } from '../evaluate.ts';
import type { PlanExpression } from '../plan.ts';
import { propertiesOf, type JsonType } from './json-type.ts';

/** An expression with what is known of its value. */
export interface Typed {
  readonly expression: PlanExpression;
  readonly type: JsonType;
}

export const literal = (value: unknown, type?: JsonType): Typed => ({ expression: { lit: value }, type });
/** Stands in for what could not be understood, so that the rest is looked at too. */
export const NOTHING = literal(null);

/** What stands under `key`. Also inside an expression that is put together here: that of a pipeline put in. */
export const within = ({ expression, type }: Typed, key: string): Typed => ({
  expression: expressionWithin(expression, key),
  type: propertiesOf(type)?.[key],
});

function expressionWithin(expression: PlanExpression, key: string): PlanExpression {
  if ('lit' in expression) return { lit: dig(expression.lit, [key]) };
  if ('input' in expression) return { input: [...expression.input, key] };
  if ('params' in expression) return { params: [...expression.params, key] };
  if ('item' in expression) return { ...expression, item: [...expression.item, key] };
  if ('node' in expression) return { ...expression, path: [...expression.path, key] };
  const inner = 'array' in expression ? expression.array : expression.object;
  return (
    (Object.hasOwn(inner, key) ? (inner as Record<string, PlanExpression>)[key] : undefined) ?? { lit: null }
  );
}

export type NodeExpression = Extract<PlanExpression, { readonly node: string }>;

/** Every node that an expression refers to. */
export function nodesIn(expression: PlanExpression): NodeExpression[] {
  if ('node' in expression) return [expression];
  if ('array' in expression) return expression.array.flatMap(nodesIn);
  return 'object' in expression ? Object.values(expression.object).flatMap(nodesIn) : [];
}

/** Parts of an expression, at most. A document cannot reach it by itself: see `isTooLarge`. */
const MAX_PARTS = 100_000;

/**
 * Whether an expression has grown out of bounds. Where a pipeline hands an input on as an output, every use of it may
 * double what was given, so a small document could stand for an enormous expression.
 */
export function isTooLarge(expression: PlanExpression): boolean {
  const open = [expression];
  for (let parts = 0; parts <= MAX_PARTS; parts++) {
    const part = open.pop();
    if (!part) return false;
    if ('array' in part || 'object' in part) {
      const inner = 'array' in part ? part.array : Object.values(part.object);
      if (inner.length > MAX_PARTS) return true;
      for (const one of inner) open.push(one);
    }
  }
  return true;
}
