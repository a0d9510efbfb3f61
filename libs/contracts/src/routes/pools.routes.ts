import { PoolList, ServedModelList } from '../pool.ts';
import type { Route } from './route.ts';

export const poolRoutes = {
  listPools: {
    method: 'GET',
    path: '/v1/pools',
    tag: 'stages',
    scope: 'pipelines:read',
    summary: 'Pools of workers: who is there, what they opened, and what waits for them',
    description: 'Of all tenants together. At most 10,000 waiting tasks of each stage are counted.',
    answers: { 200: { summary: 'All', content: { 'application/json': { schema: PoolList } } } },
    errors: [],
  },
  listModels: {
    method: 'GET',
    path: '/v1/models',
    tag: 'stages',
    scope: 'pipelines:read',
    summary: 'Models that workers have opened, and where',
    description: 'Models that could be pulled are shown by `intermodal models list`.',
    answers: { 200: { summary: 'All', content: { 'application/json': { schema: ServedModelList } } } },
    errors: [],
  },
} as const satisfies Record<string, Route>;
