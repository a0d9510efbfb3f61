import { LANE, POOL, type MetricAbout } from './about.ts';

/**
 * What stands in Postgres, of the whole installation. Every process of the API reads it, and gives the same: take `max`, never `sum`,
 * over its processes. Where it cannot be read there is no series.
 */
export const RECORD_METRICS = {
  intermodal_tasks_ready: {
    kind: 'gauge',
    help: 'Tasks that could run now, waiting in Postgres or sent to workers. Counted up to 10,000 a stage: see intermodal_tasks_ready_capped.',
    labels: { pool: POOL, lane: LANE },
    from: 'api',
  },
  intermodal_tasks_later: {
    kind: 'gauge',
    help: 'Tasks that wait for their next try.',
    labels: { pool: POOL, lane: LANE },
    from: 'api',
  },
  intermodal_tasks_leased: {
    kind: 'gauge',
    help: 'Tasks that workers hold: they run, or are about to.',
    labels: { pool: POOL, lane: LANE },
    from: 'api',
  },
  intermodal_tasks_ready_capped: {
    kind: 'gauge',
    help: '1 where intermodal_tasks_ready stopped counting at some stage: there may be more, in both lanes.',
    labels: { pool: POOL, lane: LANE },
    from: 'api',
  },
  intermodal_oldest_ready_seconds: {
    kind: 'gauge',
    help: 'How long ago the oldest job was submitted of which a task is ready and waits: of the first task of every tenant and lane. 0 when none waits.',
    labels: { pool: POOL },
    from: 'api',
  },
  intermodal_pool_workers: {
    kind: 'gauge',
    help: 'Worker processes that told the records in the last 30 s that they live.',
    labels: { pool: POOL },
    from: 'api',
  },
  intermodal_pool_slots: {
    kind: 'gauge',
    help: 'Tasks that those workers run at a time.',
    labels: { pool: POOL },
    from: 'api',
  },
  intermodal_tenants_waiting: {
    kind: 'gauge',
    help: 'Tenants that have ready tasks which wait; up to 1,000 are looked at.',
    labels: { lane: LANE },
    from: 'api',
  },
  intermodal_tenant_wait_seconds: {
    kind: 'gauge',
    help: 'How long ago the longest waiting job of a tenant was submitted, as a quantile over the tenants that wait; no series while none does. Tenants are not named.',
    labels: { lane: LANE, quantile: '`0.5`, `0.9` or `1` (who waits longest) of the tenants' },
    from: 'api',
  },
  intermodal_tenant_share_max: {
    kind: 'gauge',
    help: 'Of the tasks that workers hold, the share of the tenant that has most; no series while none runs.',
    labels: {},
    from: 'api',
  },
  intermodal_webhook_messages_waiting: {
    kind: 'gauge',
    help: 'Messages to webhooks that are not delivered yet. Counted up to 10,000.',
    labels: { due: '`now` (late, or about to be told) or `later` (after a failed attempt)' },
    from: 'api',
  },
  intermodal_webhook_oldest_due_seconds: {
    kind: 'gauge',
    help: 'How late the message is that is due longest, among those whose target is not left alone; 0 when none is.',
    labels: {},
    from: 'api',
  },
  intermodal_webhook_breakers_open: {
    kind: 'gauge',
    help: 'Targets of webhooks that are left alone for a while, because they failed again and again.',
    labels: {},
    from: 'api',
  },
  intermodal_metrics_read_failures_total: {
    kind: 'counter',
    help: 'Readings for gauges that failed: their series are missing meanwhile, and are not 0.',
    labels: { source: '`records`, `models`, `tasks`: where they are read from' },
    from: 'both',
  },
} as const satisfies Record<`intermodal_${string}`, MetricAbout>;
