import type { Alert } from './alert.ts';

const CALLS = 'intermodal_record_calls_total';
const calls = (outcome: string) => `${CALLS}{pool="text", call="settle", outcome="${outcome}"}`;
const LAG = 'nodejs_eventloop_lag_p99_seconds{job="intermodal-workers", pool="text", instance="a"}';

export const PROCESS_ALERTS: readonly Alert[] = [
  {
    name: 'IntermodalProcessDown',
    severity: 'critical',
    expr: 'up{job=~"intermodal.*"} == 0',
    holdsFor: '3m',
    summary: '{{ $labels.job }} at {{ $labels.instance }} does not answer.',
    fires: { series: { 'up{job="intermodal-api", instance="a"}': '1 0x9' }, atMinutes: 5 },
    silent: {
      'a restart': { series: { 'up{job="intermodal-api", instance="a"}': '1 0 0 1x9' }, atMinutes: 5 },
      'what is not ours': { series: { 'up{job="other", instance="a"}': '0x9' }, atMinutes: 9 },
    },
  },
  {
    name: 'IntermodalRecordsUnreadable',
    severity: 'critical',
    expr: 'sum(increase(intermodal_metrics_read_failures_total{source="records"}[3m])) > 0 and absent(intermodal_tasks_ready)',
    holdsFor: '5m',
    summary:
      'No process of the API can read from Postgres what waits: jobs are not accepted, or cannot be seen.',
    fires: {
      series: { 'intermodal_metrics_read_failures_total{source="records", instance="a"}': '0+4x20' },
      atMinutes: 12,
    },
    silent: {
      'another process that can': {
        series: {
          'intermodal_metrics_read_failures_total{source="records", instance="a"}': '0+4x20',
          'intermodal_tasks_ready{pool="text", lane="batch", instance="b"}': '0x20',
        },
        atMinutes: 12,
      },
      'nothing that failed': {
        series: { 'intermodal_metrics_read_failures_total{source="records", instance="a"}': '0x20' },
        atMinutes: 12,
      },
    },
  },
  {
    name: 'IntermodalWorkersLackPostgres',
    severity: 'critical',
    expr: `sum by (pool) (rate(${CALLS}{outcome="failed"}[5m])) / sum by (pool) (rate(${CALLS}[5m])) > 0.2`,
    holdsFor: '3m',
    summary:
      'Of the calls of the pool {{ $labels.pool }} to Postgres, {{ $value | humanizePercentage }} fail.',
    fires: { series: { [calls('done')]: '0+10x9 90x9', [calls('failed')]: '0x9 0+10x9' }, atMinutes: 18 },
    silent: {
      'a few that fail': {
        series: { [calls('done')]: '0+100x20', [calls('failed')]: '0+10x20' },
        atMinutes: 18,
      },
    },
  },
  {
    name: 'IntermodalWorkersDie',
    severity: 'warning',
    expr: 'sum(increase(intermodal_leases_expired_total[15m])) > 3',
    holdsFor: '0m',
    summary: '{{ $value | humanize }} leases ended in 15 minutes: workers die, or lose touch with Postgres.',
    fires: { series: { 'intermodal_leases_expired_total{pool="text"}': '0x5 6x5' }, atMinutes: 10 },
    silent: {
      'one process that ended': {
        series: { 'intermodal_leases_expired_total{pool="text"}': '0x5 2x5' },
        atMinutes: 10,
      },
    },
  },
  {
    name: 'IntermodalEventLoopLags',
    severity: 'warning',
    expr: 'max by (job, pool, instance) (nodejs_eventloop_lag_p99_seconds{job=~"intermodal.*"}) > 0.5',
    holdsFor: '10m',
    summary:
      'The event loop of {{ $labels.job }} {{ $labels.pool }} at {{ $labels.instance }} lags by {{ $value | humanizeDuration }}.',
    fires: { series: { [LAG]: '0.01 1.5x20' }, atMinutes: 15 },
    silent: { 'a short stall': { series: { [LAG]: '0.01x5 1.5 1.5 0.01x20' }, atMinutes: 15 } },
  },
  {
    name: 'IntermodalTasksSentAgain',
    severity: 'warning',
    expr: 'sum(increase(intermodal_tasks_sent_again_total[10m])) > 100',
    holdsFor: '5m',
    summary:
      '{{ $value | humanize }} tasks were sent and not claimed in 10 minutes: Redis lost them, or nobody takes them.',
    fires: { series: { 'intermodal_tasks_sent_again_total{pool="text"}': '0+20x30' }, atMinutes: 25 },
    silent: {
      'a Redis that was started again': {
        series: { 'intermodal_tasks_sent_again_total{pool="text"}': '0x5 40x30' },
        atMinutes: 12,
      },
    },
  },
];
