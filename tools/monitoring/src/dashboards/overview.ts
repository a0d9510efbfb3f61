import { RANGE, type Dashboard } from './dashboard.ts';

export const overview: Dashboard = {
  name: 'overview',
  title: 'Intermodal: overview',
  panels: [
    {
      title: 'Tasks a second',
      about: 'Attempts that ended, over all workers.',
      unit: 'ops',
      kind: 'number',
      queries: [{ expr: `sum(rate(intermodal_task_attempts_total[${RANGE}]))`, legend: 'tasks' }],
    },
    {
      title: 'Ready and waiting',
      about: 'Tasks that could run now if a worker had room.',
      unit: 'short',
      kind: 'number',
      queries: [{ expr: 'sum(max by (pool, lane) (intermodal_tasks_ready))', legend: 'ready' }],
    },
    {
      title: 'Oldest job that waits',
      about: 'Since it was submitted. 0 when no task waits.',
      unit: 's',
      kind: 'number',
      queries: [{ expr: 'max(intermodal_oldest_ready_seconds)', legend: 'age' }],
    },
    {
      title: 'Workers',
      about: 'Processes that told Postgres lately that they live.',
      unit: 'short',
      kind: 'number',
      queries: [{ expr: 'sum(max by (pool) (intermodal_pool_workers))', legend: 'workers' }],
    },
    {
      title: 'Attempts by outcome',
      about: 'failed: also what is tried again. lost: cancelled, or the lease went to another worker.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (outcome) (rate(intermodal_task_attempts_total[${RANGE}]))`,
          legend: '{{outcome}}',
        },
      ],
    },
    {
      title: 'Failures by error code',
      about: 'What each code means: docs/reference/errors.md.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (code) (rate(intermodal_task_attempts_total{outcome="failed"}[${RANGE}]))`,
          legend: '{{code}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Ready tasks by pool',
      about: 'A pool that grows here and not under "Slots in use" lacks workers.',
      unit: 'short',
      queries: [{ expr: 'sum by (pool) (max by (pool, lane) (intermodal_tasks_ready))', legend: '{{pool}}' }],
    },
    {
      title: 'Slots in use by pool',
      about:
        'Tasks that are leased, for each slot. Above 1: workers hold micro-batches, or tasks that follow.',
      unit: 'percentunit',
      queries: [
        {
          expr: 'sum by (pool) (max by (pool, lane) (intermodal_tasks_leased)) / (max by (pool) (intermodal_pool_slots) > 0)',
          legend: '{{pool}}',
        },
      ],
    },
    {
      title: 'Requests by status',
      about: 'abandoned: the client went away before it had its answer.',
      unit: 'ops',
      queries: [
        { expr: `sum by (status) (rate(intermodal_http_requests_total[${RANGE}]))`, legend: '{{status}}' },
      ],
    },
    {
      title: 'Lag of event loops, p99',
      about: 'Of the worst process. Work that computes without a pause belongs into a model host.',
      unit: 's',
      queries: [
        { expr: 'max by (job, pool) (nodejs_eventloop_lag_p99_seconds)', legend: '{{job}} {{pool}}' },
      ],
    },
    {
      title: 'How tenants wait',
      about:
        'Age of the longest waiting job of a tenant, over tenants. The longest far above the median: somebody is starved, or floods the system.',
      unit: 's',
      queries: [
        {
          expr: 'max by (lane, quantile) (intermodal_tenant_wait_seconds)',
          legend: '{{lane}} {{quantile}}',
          rare: true,
        },
      ],
    },
    {
      title: 'Share of the greediest tenant',
      about: 'Of the tasks that workers hold. Weights decide it once more than one tenant waits.',
      unit: 'percentunit',
      queries: [
        { expr: 'max(intermodal_tenant_share_max)', legend: 'share', rare: true },
        {
          expr: 'max by (lane) (intermodal_tenants_waiting)',
          legend: 'tenants that wait, {{lane}}',
        },
      ],
    },
    {
      title: 'Resident memory',
      about: 'Of API and workers, without the processes of models.',
      unit: 'bytes',
      queries: [{ expr: 'sum by (job, pool) (process_resident_memory_bytes)', legend: '{{job}} {{pool}}' }],
    },
    {
      title: 'Readings that failed',
      about: 'While this is not 0, what stands in Postgres or of models is missing above; it is not 0.',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (source) (rate(intermodal_metrics_read_failures_total[${RANGE}]))`,
          legend: '{{source}}',
        },
      ],
    },
  ],
};
