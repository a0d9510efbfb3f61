import { z } from 'zod';
import { idSchema } from './id.ts';
import { Scope } from './scope.ts';

const name = z.string().trim().min(1).max(100);
const at = z.iso.datetime();

/** How long the secret of before is valid after a rotation, when nothing else is said: a day. */
const GRACE_SECONDS = 86_400;
export const GRACE_MAX_SECONDS = 30 * 86_400;

export const CreateKey = z
  .strictObject({
    name: name.describe('For people: who or what has it'),
    scopes: z.array(Scope).min(1).max(20).describe('What it may do; no more than the key that makes it'),
    expiresAt: z.iso.datetime({ offset: true }).optional().describe('When it ends; left out, never'),
  })
  .meta({ id: 'CreateKey' });

export const RotateKey = z
  .strictObject({
    graceSeconds: z
      .number()
      .int()
      .min(0)
      .max(GRACE_MAX_SECONDS)
      .default(GRACE_SECONDS)
      .describe('How long the secret of before stays valid beside the new one'),
  })
  .meta({ id: 'RotateKey' });

const fields = {
  id: idSchema('key'),
  name: z.string(),
  prefix: z.string().describe('How the key begins; the rest of it is known to nobody but its owner'),
  scopes: z.array(Scope),
  status: z.enum(['active', 'expired', 'revoked']),
  createdAt: at,
  expiresAt: at.nullable(),
  lastUsedAt: at.nullable().describe('To the minute'),
  revokedAt: at.nullable(),
  oldSecretsUntil: at
    .nullable()
    .describe('Until when a secret of before the last rotation is valid, if one is'),
};
export const KeyView = z.object(fields).meta({ id: 'Key' });
export type KeyView = z.infer<typeof KeyView>;

export const NewKeyView = z
  .object({ ...fields, key: z.string().describe('The key itself. Shown in this answer only') })
  .meta({ id: 'NewKey' });
export type NewKeyView = z.infer<typeof NewKeyView>;

export const KeyList = z
  .object({ keys: z.array(KeyView), next: idSchema('key').nullable() })
  .meta({ id: 'KeyList' });
export type KeyList = z.infer<typeof KeyList>;
