import { RANGE, type Dashboard } from './dashboard.ts';

const P = 'pool=~"$pool"';

export const pools: Dashboard = {
  name: 'pools',
  title: 'Intermodal: pools',
  byPool: true,
  panels: [
    {
      title: 'Ready tasks by lane',
      about: 'Counted up to 10,000 a stage; then the flag beside it says so.',
      unit: 'short',
      queries: [
        { expr: `max by (pool, lane) (intermodal_tasks_ready{${P}})`, legend: '{{pool}} {{lane}}' },
        { expr: `max by (pool) (intermodal_tasks_ready_capped{${P}})`, legend: '{{pool}} is at least' },
      ],
    },
    {
      title: 'Leased and waiting for their next try',
      about: 'Many that wait for their next try: something outside fails.',
      unit: 'short',
      queries: [
        { expr: `max by (pool, lane) (intermodal_tasks_leased{${P}})`, legend: '{{pool}} {{lane}} leased' },
        { expr: `max by (pool, lane) (intermodal_tasks_later{${P}})`, legend: '{{pool}} {{lane}} later' },
      ],
    },
    {
      title: 'Workers and slots',
      about: 'As Postgres knows them.',
      unit: 'short',
      queries: [
        { expr: `max by (pool) (intermodal_pool_workers{${P}})`, legend: '{{pool}} workers' },
        { expr: `max by (pool) (intermodal_pool_slots{${P}})`, legend: '{{pool}} slots' },
      ],
    },
    {
      title: 'Oldest job that waits',
      about: 'Since it was submitted.',
      unit: 's',
      queries: [{ expr: `max by (pool) (intermodal_oldest_ready_seconds{${P}})`, legend: '{{pool}}' }],
    },
    {
      title: 'Attempts a second by stage',
      about: 'Whatever came of them.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (stage) (rate(intermodal_task_attempts_total{${P}}[${RANGE}]))`,
          legend: '{{stage}}',
        },
      ],
    },
    {
      title: 'Seconds of an attempt, p95 by stage',
      about: 'Files in, the stage, files out.',
      unit: 's',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (stage, le) (rate(intermodal_task_seconds_bucket{${P}}[${RANGE}])))`,
          legend: '{{stage}}',
        },
      ],
    },
    {
      title: 'Failures by stage and code',
      about: 'docs/reference/errors.md says whose problem each is.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (stage, code) (rate(intermodal_task_attempts_total{${P}, outcome="failed"}[${RANGE}]))`,
          legend: '{{stage}} {{code}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Slots of processes in use',
      about: 'What workers say themselves.',
      unit: 'percentunit',
      queries: [
        {
          expr: `sum by (pool) (intermodal_tasks_running{${P}}) / sum by (pool) (intermodal_slots{${P}})`,
          legend: '{{pool}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Tasks in a statement',
      about: 'The mean. More is cheaper for Postgres.',
      unit: 'short',
      queries: [
        {
          expr: `sum by (by) (rate(intermodal_claimed_tasks_sum{${P}}[${RANGE}])) / sum by (by) (rate(intermodal_claimed_tasks_count{${P}}[${RANGE}]))`,
          legend: 'leased by {{by}}',
        },
        {
          expr: `sum(rate(intermodal_settled_tasks_sum{${P}}[${RANGE}])) / sum(rate(intermodal_settled_tasks_count{${P}}[${RANGE}]))`,
          legend: 'settled',
        },
      ],
    },
    {
      title: 'Calls to Postgres',
      about: 'Those that failed mean that Postgres was away, or too slow.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (call, outcome) (rate(intermodal_record_calls_total{${P}}[${RANGE}]))`,
          legend: '{{call}} {{outcome}}',
        },
      ],
    },
    {
      title: 'Signs of lost workers',
      about:
        'Leases that ended: a process died or lost touch. Fenced: somebody came back after that, or the job had been cancelled.',
      unit: 'ops',
      queries: [
        { expr: `sum(rate(intermodal_leases_expired_total{${P}}[${RANGE}]))`, legend: 'leases ended' },
        { expr: `sum(rate(intermodal_settlements_fenced_total{${P}}[${RANGE}]))`, legend: 'fenced' },
        { expr: `sum(rate(intermodal_tasks_sent_again_total{${P}}[${RANGE}]))`, legend: 'sent again' },
      ],
    },
    {
      title: 'Bytes of artifacts',
      about: 'in: read from the store; out: written to it. What the cache had is in neither.',
      unit: 'Bps',
      queries: [
        {
          expr: `sum by (direction) (rate(intermodal_artifact_bytes_total{${P}}[${RANGE}]))`,
          legend: '{{direction}}',
        },
      ],
    },
    {
      title: 'Files that the cache had',
      about: 'Of those that tasks asked for.',
      unit: 'percentunit',
      queries: [
        {
          expr: `sum by (pool) (rate(intermodal_artifact_cache_total{${P}, outcome="hit"}[${RANGE}])) / sum by (pool) (rate(intermodal_artifact_cache_total{${P}}[${RANGE}]))`,
          legend: '{{pool}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Lag of event loops, p99',
      about: 'Of the worst process of the pool.',
      unit: 's',
      queries: [{ expr: `max by (pool) (nodejs_eventloop_lag_p99_seconds{${P}})`, legend: '{{pool}}' }],
    },
  ],
};
