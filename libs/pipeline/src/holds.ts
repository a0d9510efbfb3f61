import { canonicalJson } from './compile/canonical.ts';
import { evaluate, type Values } from './evaluate.ts';
import type { PlanCondition, PlanPair } from './plan.ts';

/** Whether a condition holds. The SQL function `holds` does the same. */
export function holds(condition: PlanCondition, values: Values): boolean {
  const both = (pair: PlanPair) => pair.map((expression) => evaluate(expression, values));
  if ('value' in condition) return isSomething(evaluate(condition.value, values));
  if ('equals' in condition) {
    const [a, b] = both(condition.equals);
    return isSame(a, b);
  }
  if ('in' in condition) {
    const [a, list] = both(condition.in);
    return Array.isArray(list) && list.some((item) => isSame(a, item));
  }
  if ('less' in condition) {
    const [a, b] = both(condition.less);
    return typeof a === 'number' && typeof b === 'number' && a < b;
  }
  if ('greater' in condition) {
    const [a, b] = both(condition.greater);
    return typeof a === 'number' && typeof b === 'number' && a > b;
  }
  if ('not' in condition) return !holds(condition.not, values);
  if ('all' in condition) return condition.all.every((inner) => holds(inner, values));
  return condition.any.some((inner) => holds(inner, values));
}

const isSomething = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== null && value !== false && value !== 0 && value !== '';

const isSame = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);
