import { z } from 'zod';
import { idSchema } from '../id.ts';
import { CreateKey, KeyList, KeyView, NewKeyView, RotateKey } from '../key.ts';
import type { Route } from './route.ts';

const ById = z.object({ id: idSchema('key') });
const tenant = idSchema('tenant')
  .optional()
  .describe('Of this tenant in place of your own; only with the scope `admin`');
const OfTenant = z.object({ tenant });

const example = {
  id: 'key_01kb5y7k2wf1x8m3q4z9n6t0vc',
  name: 'nightly import',
  prefix: 'im_live_01kb5y7k2wf1x8m3q4z9n6t0vc',
  scopes: ['jobs:write', 'jobs:read', 'artifacts:write'],
  status: 'active',
  createdAt: '2026-11-27T12:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  oldSecretsUntil: null,
};
const withKey = { ...example, key: `${example.prefix}_${'0123456789abcdefghjkmnpqrs'.repeat(2)}` };
const key = { 'application/json': { schema: KeyView, example } };
const newKey = { 'application/json': { schema: NewKeyView, example: withKey } };

export const keyRoutes = {
  createKey: {
    method: 'POST',
    path: '/v1/keys',
    tag: 'keys',
    scope: 'keys:manage',
    summary: 'Make a key',
    description:
      'The key is in this answer and nowhere else: what is kept is a hash. It may have no scope that the key making it does not have.',
    query: OfTenant,
    body: {
      'application/json': {
        schema: CreateKey,
        example: { name: 'nightly import', scopes: ['jobs:write', 'jobs:read', 'artifacts:write'] },
      },
    },
    answers: {
      201: { summary: 'Made', content: newKey, headers: { Location: 'The address of its record' } },
    },
    errors: ['input.invalid', 'request.invalid', 'tenant.not_found'],
  },
  listKeys: {
    method: 'GET',
    path: '/v1/keys',
    tag: 'keys',
    scope: 'keys:manage',
    summary: 'Keys of the tenant, the newest first, with those that ended',
    query: z.object({
      tenant,
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: idSchema('key').optional().describe('`next` of the page before'),
    }),
    answers: {
      200: {
        summary: 'One page',
        content: { 'application/json': { schema: KeyList, example: { keys: [example], next: null } } },
      },
    },
    errors: ['request.invalid', 'tenant.not_found'],
  },
  getKey: {
    method: 'GET',
    path: '/v1/keys/:id',
    tag: 'keys',
    scope: 'keys:manage',
    summary: 'One key, without its secret',
    pathParameters: ById,
    query: OfTenant,
    answers: { 200: { summary: 'Found', content: key } },
    errors: ['key.not_found', 'request.invalid', 'tenant.not_found'],
  },
  rotateKey: {
    method: 'POST',
    path: '/v1/keys/:id/rotate',
    tag: 'keys',
    scope: 'keys:manage',
    summary: 'Give a key a new secret',
    description:
      'The secrets of before stay valid for `graceSeconds`, a day when left out, each counted from the rotation that replaced it: asking ' +
      'again, when an answer was lost, shuts nobody out. The body may be empty.',
    pathParameters: ById,
    query: OfTenant,
    body: { 'application/json': { schema: RotateKey, example: { graceSeconds: 3_600 } } },
    answers: { 200: { summary: 'The key with its new secret', content: newKey } },
    errors: ['key.not_found', 'key.ended', 'input.invalid', 'request.invalid', 'tenant.not_found'],
  },
  revokeKey: {
    method: 'POST',
    path: '/v1/keys/:id/revoke',
    tag: 'keys',
    scope: 'keys:manage',
    summary: 'End a key, with all its secrets',
    description: 'Every API process refuses it within two seconds. A key that ended already stays as it is.',
    pathParameters: ById,
    query: OfTenant,
    answers: {
      200: {
        summary: 'The key, now revoked',
        content: {
          'application/json': {
            schema: KeyView,
            example: { ...example, status: 'revoked', revokedAt: '2026-11-27T13:00:00.000Z' },
          },
        },
      },
    },
    errors: ['key.not_found', 'request.invalid', 'tenant.not_found'],
  },
} as const satisfies Record<string, Route>;
