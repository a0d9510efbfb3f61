import { z } from 'zod';
import { idSchema } from './id.ts';

const whole = (max: number) => z.number().int().min(1).max(max);

/** What a tenant may take of the machines. null: as the settings of the deployment say. */
const limits = {
  requestsPerSecond: z
    .number()
    .min(0.1)
    .max(1_000_000)
    .nullable()
    .describe('Requests to the API, in the long run'),
  requestBurst: whole(1_000_000).nullable().describe('Requests that may come at once'),
  openJobs: whole(1_000_000_000).nullable().describe('Jobs that have not ended'),
  runningTasks: whole(1_000_000).nullable().describe('Tasks that run at a time; others wait'),
  storedBytes: whole(2 ** 50)
    .nullable()
    .describe('Bytes of its files'),
  computeSecondsPerMonth: whole(1_000_000_000)
    .nullable()
    .describe('Seconds of tasks in a calendar month (UTC)'),
};
export const TenantLimits = z.object(limits).meta({ id: 'TenantLimits' });
export type TenantLimits = z.infer<typeof TenantLimits>;

const weight = z.number().int().min(1).max(100);
const someLimits = z
  .strictObject(limits)
  .partial()
  .describe('What is left out stays as it is; null: as the settings say');

export const CreateTenant = z
  .strictObject({
    name: z.string().trim().min(1).max(100).describe('Unique'),
    weight: weight
      .optional()
      .describe('Its share of busy workers, against the weights of the others; default 1'),
    limits: someLimits.optional(),
  })
  .meta({ id: 'CreateTenant' });

export const ChangeTenant = z
  .strictObject({ weight: weight.optional(), limits: someLimits.optional() })
  .meta({ id: 'ChangeTenant' });

export const TenantView = z
  .object({
    id: idSchema('tenant'),
    name: z.string(),
    weight,
    limits: TenantLimits,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Tenant' });
export type TenantView = z.infer<typeof TenantView>;

export const TenantList = z
  .object({ tenants: z.array(TenantView), next: idSchema('tenant').nullable() })
  .meta({ id: 'TenantList' });
export type TenantList = z.infer<typeof TenantList>;
