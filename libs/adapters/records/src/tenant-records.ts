import { IntermodalError, type TenantLimits } from '@intermodal/contracts';
import type { TenantRecords, TenantRow } from '@intermodal/pipeline';
import { LAST_ID, type Database } from './database.ts';

const COLUMNS: Readonly<Record<keyof TenantLimits, string>> = {
  requestsPerSecond: 'requests_per_second',
  requestBurst: 'request_burst',
  openJobs: 'open_jobs_max',
  runningTasks: 'running_tasks_max',
  storedBytes: 'stored_bytes_max',
  computeSecondsPerMonth: 'compute_seconds_max',
};
const NAMES = Object.keys(COLUMNS) as (keyof TenantLimits)[];

const ROW = `id, name, weight, created_at AS "createdAt",
  jsonb_build_object(${NAMES.map((name) => `'${name}', ${COLUMNS[name]}`).join(', ')}) AS limits`;

export function tenantRecords(database: Database): TenantRecords {
  const get = async (id: string): Promise<TenantRow | undefined> =>
    (await database.query<TenantRow>('tenant_get', `SELECT ${ROW} FROM tenant WHERE id = $1`, [id]))[0];
  return {
    get,
    async create({ id, name, ...change }) {
      const made = await database.query(
        'tenant_create',
        `INSERT INTO tenant (id, name, weight, ${NAMES.map((one) => COLUMNS[one]).join(', ')})
         VALUES ($1, $2, coalesce($3, 1), ${NAMES.map((_, i) => `$${i + 4}`).join(', ')}) ON CONFLICT (name) DO NOTHING RETURNING id`,
        [id, name, change.weight ?? null, ...NAMES.map((one) => change.limits?.[one] ?? null)],
      );
      if (made.length === 0)
        throw new IntermodalError('tenant.exists', `body.name: there is a tenant '${name}' already.`);
      return (await get(id))!;
    },
    list({ limit, before }) {
      const text = `SELECT ${ROW} FROM tenant WHERE id < $1 ORDER BY id DESC LIMIT $2`;
      return database.query<TenantRow>('tenant_list', text, [before ?? LAST_ID, limit]);
    },
    async change(id, change) {
      const said = NAMES.map((name) => change.limits?.[name] !== undefined);
      await database.query(
        'tenant_change',
        `UPDATE tenant SET weight = coalesce($2, weight), ${NAMES.map(
          (name, i) =>
            `${COLUMNS[name]} = CASE WHEN $${2 * i + 3} THEN $${2 * i + 4} ELSE ${COLUMNS[name]} END`,
        ).join(', ')} WHERE id = $1`,
        [id, change.weight ?? null, ...NAMES.flatMap((name, i) => [said[i], change.limits?.[name] ?? null])],
      );
      return get(id);
    },
  };
}
