import { z } from 'zod';
import { AuditList } from '../audit.ts';
import { idSchema } from '../id.ts';
import type { Route } from './route.ts';

const example = {
  entries: [
    {
      id: 'aud_01kb5y7k2wf1x8m3q4z9n6t0vc',
      at: '2026-11-27T12:00:00.000Z',
      key: 'key_01kb5y7k2wf1x8m3q4z9n6t0vc',
      keyName: 'operator',
      operation: 'revokeKey',
      target: 'key_01kb5y7k2wf1x8m3q4z9n6t0vd',
      outcome: 'done',
      status: 200,
      requestId: '019ac5e3-cd5c-7874-8d1e-4f93d5306c4c',
    },
  ],
  next: null,
};

export const auditRoutes = {
  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    tag: 'audit',
    scope: 'keys:manage',
    summary: 'Who changed what, the newest first',
    description:
      'Keys, tenants, webhooks and pipelines that were made or changed, and jobs and batches that were cancelled, also when that was refused. An ' +
      'operator who changes something for another tenant is found under his own.',
    query: z.object({
      tenant: idSchema('tenant')
        .optional()
        .describe('Of this tenant in place of your own; only with the scope `admin`'),
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: idSchema('audit').optional().describe('`next` of the page before'),
    }),
    answers: {
      200: { summary: 'One page', content: { 'application/json': { schema: AuditList, example } } },
    },
    errors: ['request.invalid', 'tenant.not_found'],
  },
} as const satisfies Record<string, Route>;
