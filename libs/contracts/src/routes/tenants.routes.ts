import { z } from 'zod';
import { idSchema } from '../id.ts';
import { ChangeTenant, CreateTenant, TenantList, TenantView } from '../tenant.ts';
import type { Route } from './route.ts';

const ById = z.object({ id: idSchema('tenant') });

const example = {
  id: 'ten_01kb5y7k2wf1x8m3q4z9n6t0vc',
  name: 'research',
  weight: 2,
  limits: {
    requestsPerSecond: 50,
    requestBurst: 200,
    openJobs: 10_000,
    runningTasks: null,
    storedBytes: null,
    computeSecondsPerMonth: null,
  },
  createdAt: '2026-11-27T12:00:00.000Z',
};
const tenant = { 'application/json': { schema: TenantView, example } };

export const tenantRoutes = {
  createTenant: {
    method: 'POST',
    path: '/v1/tenants',
    tag: 'tenants',
    scope: 'admin',
    summary: 'Make a tenant',
    description: 'It has no key yet: `POST /v1/keys?tenant=…` makes one.',
    body: {
      'application/json': {
        schema: CreateTenant,
        example: { name: 'research', weight: 2, limits: { requestsPerSecond: 50, requestBurst: 200 } },
      },
    },
    answers: {
      201: { summary: 'Made', content: tenant, headers: { Location: 'The address of its record' } },
    },
    errors: ['tenant.exists', 'input.invalid', 'request.invalid'],
  },
  listTenants: {
    method: 'GET',
    path: '/v1/tenants',
    tag: 'tenants',
    scope: 'admin',
    summary: 'Tenants, the newest first',
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: idSchema('tenant').optional().describe('`next` of the page before'),
    }),
    answers: {
      200: {
        summary: 'One page',
        content: { 'application/json': { schema: TenantList, example: { tenants: [example], next: null } } },
      },
    },
    errors: ['request.invalid'],
  },
  getTenant: {
    method: 'GET',
    path: '/v1/tenants/:id',
    tag: 'tenants',
    scope: 'admin',
    summary: 'One tenant with its weight and limits',
    pathParameters: ById,
    answers: { 200: { summary: 'Found', content: tenant } },
    errors: ['tenant.not_found', 'request.invalid'],
  },
  changeTenant: {
    method: 'POST',
    path: '/v1/tenants/:id',
    tag: 'tenants',
    scope: 'admin',
    summary: 'Change the weight or the limits of a tenant',
    description: 'Limits that are left out stay as they are. Every API process knows within two seconds.',
    pathParameters: ById,
    body: {
      'application/json': {
        schema: ChangeTenant,
        example: { limits: { openJobs: 500, requestBurst: null } },
      },
    },
    answers: { 200: { summary: 'The tenant as it is now', content: tenant } },
    errors: ['tenant.not_found', 'input.invalid', 'request.invalid'],
  },
} as const satisfies Record<string, Route>;
