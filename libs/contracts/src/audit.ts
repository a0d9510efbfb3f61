import { z } from 'zod';
import { idSchema } from './id.ts';

export const AuditEntry = z
  .object({
    id: idSchema('audit'),
    at: z.iso.datetime(),
    key: idSchema('key').describe('The key that asked for it'),
    keyName: z.string().nullable(),
    operation: z.string().describe('Its name in the OpenAPI document, e.g. revokeKey'),
    target: z.string().nullable().describe('The id that it is about'),
    outcome: z
      .string()
      .describe('done, the code of the error, or unknown: the process ended before it could say'),
    status: z.number().int().nullable().describe('The HTTP status of the answer'),
    requestId: z.string(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditList = z
  .object({ entries: z.array(AuditEntry), next: idSchema('audit').nullable() })
  .meta({ id: 'AuditList' });
export type AuditList = z.infer<typeof AuditList>;
