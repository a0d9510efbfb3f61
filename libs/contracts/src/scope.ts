import { z } from 'zod';

/** What a key may be allowed to do. Every route that needs a key names the one scope that it asks for. */
export const SCOPES = {
  'jobs:read': 'see jobs and batches, and follow them',
  'jobs:write': 'submit, cancel and retry jobs and batches',
  'artifacts:read': 'see and download files',
  'artifacts:write': 'upload files',
  'pipelines:read': 'see pipelines, stages and models, and check documents',
  'pipelines:write': 'publish pipelines',
  'webhooks:manage': 'make and change webhook endpoints, and see what was delivered',
  'keys:manage': 'make, rotate and revoke keys of the tenant, and read its audit log',
  'usage:read': 'see what the tenant has used',
  admin: 'everything, for every tenant: for operators',
} as const;

export type Scope = keyof typeof SCOPES;
export const SCOPE_NAMES = Object.keys(SCOPES) as [Scope, ...Scope[]];
export const Scope = z.enum(SCOPE_NAMES, { error: `expected one of ${SCOPE_NAMES.join(', ')}` });

export const allows = (scopes: readonly Scope[], wanted: Scope): boolean =>
  scopes.includes(wanted) || scopes.includes('admin');
