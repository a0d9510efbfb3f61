import type { Condition } from '@intermodal/contracts';
import type { PlanCondition, PlanExpression, PlanPair } from '../plan.ts';
import type { FaultList } from './fault-list.ts';
import { mismatch, type JsonType } from './json-type.ts';
import type { Typed } from './typed.ts';

type Read = (value: unknown, path: string) => Typed;
const NUMBER: JsonType = { type: 'number' };

/** @param read makes an expression of what stands in the document */
export function compileCondition(
  condition: Condition,
  path: string,
  read: Read,
  faults: FaultList,
): PlanCondition {
  const inner = (one: Condition, at: string) => compileCondition(one, `${path}.${at}`, read, faults);
  const pair = ([a, b]: readonly [unknown, unknown], key: string, types: readonly [JsonType, JsonType]) =>
    [a, b].map((value, i) => {
      const at = `${path}.${key}[${i}]`;
      const typed = read(value, at);
      const fault = mismatch(types[i], typed.type);
      if (fault) faults.add(at, fault);
      return typed.expression;
    }) as unknown as PlanPair;

  if (typeof condition === 'string') return { value: read(condition, path).expression };
  if ('equals' in condition) return { equals: pair(condition.equals, 'equals', [undefined, undefined]) };
  if ('in' in condition) return { in: pair(condition.in, 'in', [undefined, { type: 'array' }]) };
  if ('less' in condition) return { less: pair(condition.less, 'less', [NUMBER, NUMBER]) };
  if ('greater' in condition) return { greater: pair(condition.greater, 'greater', [NUMBER, NUMBER]) };
  if ('not' in condition) return { not: inner(condition.not, 'not') };
  if ('all' in condition) return { all: condition.all.map((one, i) => inner(one, `all[${i}]`)) };
  return { any: condition.any.map((one, i) => inner(one, `any[${i}]`)) };
}

/** Both must hold; null holds always. */
export function both(a: PlanCondition | null, b: PlanCondition | null): PlanCondition | null {
  if (a === null || b === null) return a ?? b;
  return { all: [a, b] };
}

/** Every expression in a condition. */
export function expressionsIn(condition: PlanCondition): readonly PlanExpression[] {
  if ('value' in condition) return [condition.value];
  if ('not' in condition) return expressionsIn(condition.not);
  if ('all' in condition) return condition.all.flatMap(expressionsIn);
  if ('any' in condition) return condition.any.flatMap(expressionsIn);
  return Object.values(condition as Record<string, PlanPair>).flat();
}
