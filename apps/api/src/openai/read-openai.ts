import { IntermodalError } from '@intermodal/contracts';
import type { z } from 'zod';
import { readJson } from '../http/body.ts';
import { faultsOf, sentenceOf } from '../http/read-request.ts';
import type { ApiRequest } from '../http/request.ts';

/** A picture may stand in a message. */
const BODY_MAX_BYTES = 8_000_000;

/** @throws IntermodalError `request.invalid` that names the field */
export async function readOpenAi<Schema extends z.ZodType>(
  schema: Schema,
  request: ApiRequest,
): Promise<z.output<Schema>> {
  return checked(schema, await readJson(request, BODY_MAX_BYTES), 'body');
}

export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: 'body' | 'form',
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new IntermodalError('request.invalid', sentenceOf(parsed.error.issues, place), {
    details: faultsOf(parsed.error.issues, place),
  });
}

/** A field that would change the answer, and that nothing here can honour. */
export const refused = (field: string, why: string): IntermodalError =>
  new IntermodalError('request.invalid', `${field}: ${why}`, {
    details: [{ path: `body.${field}`, message: why }],
  });
