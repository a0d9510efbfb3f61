import type { z } from 'zod';

interface Checked {
  safeParse(value: unknown): { readonly success: boolean };
}

/** Whether a port may go without a value: `.optional()`, `.nullable()` and `.nullish()` all say so. */
export const mayBeAbsent = (schema: Checked): boolean =>
  schema.safeParse(undefined).success || schema.safeParse(null).success;

/**
 * Missing is null between nodes. A stage meets what its schema says: absence where that is accepted, else null.
 * @param values by port
 */
export function withAbsence(
  schema: z.ZodObject,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given = Object.entries(values).filter(([, value]) => value !== null);
  const nulls = Object.entries(schema.shape as Record<string, Checked>)
    .filter(([port, checked]) => (values[port] ?? null) === null && !checked.safeParse(undefined).success)
    .map(([port]) => [port, null] as const);
  return Object.fromEntries([...nulls, ...given]);
}
