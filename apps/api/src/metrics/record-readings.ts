import type { FigureRecords, PoolRecords, Reading, StageCatalogue } from '@intermodal/pipeline';

/** All that `recordReadings` gives. */
export const RECORD_GAUGES = [
  'intermodal_tasks_ready',
  'intermodal_tasks_later',
  'intermodal_tasks_leased',
  'intermodal_tasks_ready_capped',
  'intermodal_oldest_ready_seconds',
  'intermodal_pool_workers',
  'intermodal_pool_slots',
  'intermodal_tenants_waiting',
  'intermodal_tenant_wait_seconds',
  'intermodal_tenant_share_max',
  'intermodal_webhook_messages_waiting',
  'intermodal_webhook_oldest_due_seconds',
  'intermodal_webhook_breakers_open',
] as const;

export interface FigureSources {
  readonly figures: FigureRecords;
  readonly pools: PoolRecords;
  readonly catalogue: StageCatalogue;
}

/** What stands in Postgres, one statement after the other: one connection is enough for that. */
export async function recordReadings({ figures, pools, catalogue }: FigureSources): Promise<Reading[]> {
  const workers = await pools.workers();
  const poolOf = new Map([
    ...workers.flatMap(({ pool, stages }) => stages.map((stage) => [stage, pool] as const)),
    ...[...catalogue].map(([stage, { pool }]) => [stage, pool as string] as const),
  ]);
  const stages = [...poolOf.keys()].sort();
  const lanes = await figures.lanes(stages);
  const ages = await figures.ages(stages);
  const tenants = await figures.tenants(stages);
  const webhooks = await figures.webhooks();
  const names = [...new Set([...poolOf.values(), ...workers.map(({ pool }) => pool)])].sort();
  return [
    ...names.flatMap((pool) => {
      const mine = workers.filter((worker) => worker.pool === pool);
      const oldest = Object.entries(ages).filter(([stage]) => poolOf.get(stage) === pool);
      return [
        ['intermodal_pool_workers', { pool }, mine.length],
        ['intermodal_pool_slots', { pool }, sum(mine.map(({ slots }) => slots))],
        ['intermodal_oldest_ready_seconds', { pool }, Math.max(0, ...oldest.map(([, age]) => age))],
      ] satisfies Reading[];
    }),
    ...names.flatMap((pool) =>
      (['interactive', 'batch'] as const).flatMap((lane) => {
        const mine = lanes.filter((row) => row.lane === lane && poolOf.get(row.stage) === pool);
        const on = { pool, lane };
        return [
          ['intermodal_tasks_ready', on, sum(mine.map(({ ready }) => ready))],
          ['intermodal_tasks_later', on, sum(mine.map(({ later }) => later))],
          ['intermodal_tasks_leased', on, sum(mine.map(({ leased }) => leased))],
          ['intermodal_tasks_ready_capped', on, mine.some(({ capped }) => capped) ? 1 : 0],
        ] satisfies Reading[];
      }),
    ),
    ...tenants.lanes.flatMap(({ lane, waiting, waitSeconds }): Reading[] => [
      ['intermodal_tenants_waiting', { lane }, waiting],
      ...(waitSeconds ?? []).map((seconds, i): Reading => [
        'intermodal_tenant_wait_seconds',
        { lane, quantile: ['0.5', '0.9', '1'][i]! },
        seconds,
      ]),
    ]),
    ...(tenants.shareMax === null
      ? []
      : [['intermodal_tenant_share_max', {}, tenants.shareMax] satisfies Reading]),
    ['intermodal_webhook_messages_waiting', { due: 'now' }, webhooks.due],
    ['intermodal_webhook_messages_waiting', { due: 'later' }, webhooks.later],
    ['intermodal_webhook_oldest_due_seconds', {}, webhooks.lateSeconds],
    ['intermodal_webhook_breakers_open', {}, webhooks.openBreakers],
  ];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
