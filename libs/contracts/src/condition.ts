import { z } from 'zod';
import { chosen, isObject } from './chosen-schema.ts';

type Json = z.core.util.JSONType;

/**
 * Gates a node. A reference holds unless it is null, false, 0, an empty text or an empty list; `less` and `greater` hold
 * for numbers only.
 */
export type Condition =
  | string
  | { equals: [Json, Json] }
  | { in: [Json, Json] }
  | { less: [Json, Json] }
  | { greater: [Json, Json] }
  | { not: Condition }
  | { all: Condition[] }
  | { any: Condition[] };

const pair = z.tuple([z.json(), z.json()], 'expected a pair: [a, b]');
const CONDITIONS: Readonly<Record<string, () => z.ZodType>> = {
  equals: () => z.strictObject({ equals: pair }),
  in: () => z.strictObject({ in: pair }),
  less: () => z.strictObject({ less: pair }),
  greater: () => z.strictObject({ greater: pair }),
  not: () => z.strictObject({ not: Condition }),
  all: () => z.strictObject({ all: z.array(Condition).min(1) }),
  any: () => z.strictObject({ any: z.array(Condition).min(1) }),
};

export const Condition: z.ZodType<Condition> = chosen((condition) => {
  const key = isObject(condition) && Object.keys(condition).find((name) => Object.hasOwn(CONDITIONS, name));
  if (key) return CONDITIONS[key]!() as z.ZodType<Condition>;
  const known = Object.keys(CONDITIONS).join(', ');
  return z
    .string(`a condition is a reference, or an object with one of ${known}`)
    .startsWith('$', 'a condition is a reference, e.g. $params.subtitles');
});
