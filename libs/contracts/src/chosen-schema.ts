import { z } from 'zod';

/** Choosing the schema by what is there, instead of a union, keeps the messages about the one that was meant. */
export function chosen<Output>(schemaOf: (value: unknown) => z.ZodType<Output>): z.ZodType<Output> {
  return z.lazy(() =>
    z.any().transform((value, context): Output => {
      const parsed = schemaOf(value).safeParse(value);
      if (parsed.success) return parsed.data;
      for (const { message, path } of parsed.error.issues)
        context.addIssue({ code: 'custom', message, path });
      return z.NEVER;
    }),
  ) as unknown as z.ZodType<Output>;
}

export const isObject = (value: unknown): value is object => value !== null && typeof value === 'object';
