import type { Dashboard } from './dashboard.ts';
import { delivery } from './delivery.ts';
import { models } from './models.ts';
import { overview } from './overview.ts';
import { pools } from './pools.ts';

export const DASHBOARDS: readonly Dashboard[] = [overview, pools, models, delivery];
