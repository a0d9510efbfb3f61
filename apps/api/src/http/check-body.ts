import { IntermodalError } from '@intermodal/contracts';
import type { z } from 'zod';
import { faultsOf, sentenceOf } from './read-request.ts';

/** @throws IntermodalError `input.invalid` that names the field */
export function checkBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  throw new IntermodalError('input.invalid', sentenceOf(issues, 'body'), {
    details: faultsOf(issues, 'body'),
  });
}
