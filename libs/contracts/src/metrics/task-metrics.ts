import { ITEMS, STAGE, TASK_SECONDS, type MetricAbout } from './about.ts';

const RUNS_IT = 'name of the model, or of the engine where it has none';
const OUTCOME =
  '`completed`, `failed`, `released` (handed back by a worker that drains) or `lost` (cancelled, or the lease went to another)';

/** What workers do with tasks. */
export const TASK_METRICS = {
  intermodal_task_attempts_total: {
    kind: 'counter',
    help: 'Attempts of tasks that ended here. A failed one may be made again.',
    labels: { stage: STAGE, outcome: OUTCOME, code: 'the error code of a failed one, else empty' },
    from: 'workers',
  },
  intermodal_task_seconds: {
    kind: 'histogram',
    help: 'How long an attempt ran: files in, the stage, files out. What it waited for a slot is not in it.',
    labels: { stage: STAGE, outcome: OUTCOME },
    buckets: TASK_SECONDS,
    from: 'workers',
  },
  intermodal_tasks_running: {
    kind: 'gauge',
    help: 'Tasks that this process holds and runs now.',
    labels: { stage: STAGE },
    from: 'workers',
  },
  intermodal_slots: {
    kind: 'gauge',
    help: 'Tasks that this process runs at a time (INTERMODAL_SLOTS).',
    labels: {},
    from: 'workers',
  },
  intermodal_claimed_tasks: {
    kind: 'histogram',
    help: 'Tasks that one statement leased to this process.',
    labels: { by: '`claim` (from Redis), `admit` (taken from Postgres) or `settle` (with a settlement)' },
    buckets: ITEMS,
    from: 'workers',
  },
  intermodal_settled_tasks: {
    kind: 'histogram',
    help: 'Settlements in one statement.',
    labels: {},
    buckets: ITEMS,
    from: 'workers',
  },
  intermodal_settlements_fenced_total: {
    kind: 'counter',
    help: 'Settlements that were refused, because the lease had gone to another or the job had ended.',
    labels: {},
    from: 'workers',
  },
  intermodal_leases_expired_total: {
    kind: 'counter',
    help: 'Leases of others that had ended when this process swept: their process died or lost touch.',
    labels: {},
    from: 'workers',
  },
  intermodal_tasks_sent_again_total: {
    kind: 'counter',
    help: 'Tasks that were sent and not claimed in time, and went out once more.',
    labels: {},
    from: 'workers',
  },
  intermodal_record_calls_total: {
    kind: 'counter',
    help: 'Statements by which this process asked the records for work and told them of it.',
    labels: { call: '`claim`, `admit`, `settle`, `heartbeat`, `sweep`', outcome: '`done` or `failed`' },
    from: 'workers',
  },
  intermodal_micro_batch_items: {
    kind: 'histogram',
    help: 'Tasks that went through a model in one call.',
    labels: { stage: STAGE, model: RUNS_IT },
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    from: 'workers',
  },
  intermodal_micro_batch_wait_seconds: {
    kind: 'histogram',
    help: 'How long the first task of such a call had waited for it.',
    labels: { stage: STAGE, model: RUNS_IT },
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 30],
    from: 'workers',
  },
  intermodal_artifact_bytes_total: {
    kind: 'counter',
    help: 'Bytes of artifacts that passed this process.',
    labels: { direction: '`in` (read from the store) or `out` (written to it)' },
    from: 'both',
  },
  intermodal_artifact_cache_total: {
    kind: 'counter',
    help: 'Files of tasks that were looked for on this machine before they were fetched.',
    labels: { outcome: '`hit` or `miss`' },
    from: 'workers',
  },
} as const satisfies Record<`intermodal_${string}`, MetricAbout>;
