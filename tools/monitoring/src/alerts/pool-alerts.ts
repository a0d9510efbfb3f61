import type { Alert } from './alert.ts';
import { codesOf } from './codes.ts';

const READY = 'sum by (pool) (max by (pool, lane) (intermodal_tasks_ready))';
const LEASED = 'sum by (pool) (max by (pool, lane) (intermodal_tasks_leased))';
const ATTEMPTS = 'intermodal_task_attempts_total';

const workers = (pool = 'text') => `intermodal_pool_workers{pool="${pool}", instance="a"}`;
const ready = (instance = 'a') => `intermodal_tasks_ready{pool="text", lane="batch", instance="${instance}"}`;
const leased = 'intermodal_tasks_leased{pool="text", lane="batch", instance="a"}';
const oldest = 'intermodal_oldest_ready_seconds{pool="text", instance="a"}';
const attempts = (outcome: string, code = '') =>
  `${ATTEMPTS}{pool="text", stage="text.shout@1", outcome="${outcome}", code="${code}"}`;
const waits = (quantile: string) => `intermodal_tenant_wait_seconds{lane="batch", quantile="${quantile}"}`;

export const POOL_ALERTS: readonly Alert[] = [
  {
    name: 'IntermodalPoolWithoutWorkers',
    severity: 'critical',
    expr: `${READY} > 0 unless on (pool) max by (pool) (intermodal_pool_workers) > 0`,
    holdsFor: '5m',
    summary: '{{ $value | humanize }} tasks of the pool {{ $labels.pool }} are ready, and it has no worker.',
    fires: { series: { [ready()]: '3x20', [workers()]: '0x20' }, atMinutes: 10 },
    silent: {
      'a worker': { series: { [ready()]: '3x20', [workers()]: '1x20' }, atMinutes: 10 },
      'a pool at rest': { series: { [ready()]: '0x20', [workers()]: '0x20' }, atMinutes: 10 },
      'a pool that comes from zero': {
        series: { [ready()]: '0x5 3x20', [workers()]: '0x8 1x20' },
        atMinutes: 15,
      },
    },
  },
  {
    name: 'IntermodalPoolStuck',
    severity: 'critical',
    expr: `${READY} > 0 and on (pool) ${LEASED} == 0 and on (pool) max by (pool) (intermodal_pool_workers) > 0`,
    holdsFor: '5m',
    summary:
      'The pool {{ $labels.pool }} has workers and {{ $value | humanize }} ready tasks, and runs none.',
    fires: { series: { [ready()]: '3x20', [leased]: '0x20', [workers()]: '2x20' }, atMinutes: 10 },
    silent: {
      'work under way': {
        series: { [ready()]: '3x20', [leased]: '1x20', [workers()]: '2x20' },
        atMinutes: 10,
      },
      'a pause between two tasks': {
        series: { [ready()]: '3x20', [leased]: '0 0 1 0 0 1 0 0 1 0 0 1', [workers()]: '2x20' },
        atMinutes: 10,
      },
    },
  },
  {
    name: 'IntermodalPoolBehind',
    severity: 'warning',
    expr: 'max by (pool) (intermodal_oldest_ready_seconds) > 1800',
    holdsFor: '15m',
    summary:
      'In the pool {{ $labels.pool }} a task waits whose job was submitted {{ $value | humanizeDuration }} ago.',
    fires: { series: { [oldest]: '1800+60x40' }, atMinutes: 30 },
    silent: {
      'a queue that moves': { series: { [oldest]: '600x40' }, atMinutes: 30 },
      'an hour ago, and worked off': { series: { [oldest]: '4000x5 0x40' }, atMinutes: 30 },
    },
  },
  {
    name: 'IntermodalTenantStarved',
    severity: 'warning',
    expr:
      'max by (lane) (intermodal_tenant_wait_seconds{quantile="1"}) > 900 and ' +
      'max by (lane) (intermodal_tenant_wait_seconds{quantile="1"}) > 20 * max by (lane) (intermodal_tenant_wait_seconds{quantile="0.5"})',
    holdsFor: '15m',
    summary:
      'In the lane {{ $labels.lane }} a tenant waits for {{ $value | humanizeDuration }}, 20 times as long as half of them.',
    fires: { series: { [waits('1')]: '1000+60x40', [waits('0.5')]: '10x40' }, atMinutes: 30 },
    silent: {
      'all that wait alike': {
        series: { [waits('1')]: '1000+60x40', [waits('0.5')]: '900x40' },
        atMinutes: 30,
      },
      'a short wait': { series: { [waits('1')]: '300x40', [waits('0.5')]: '1x40' }, atMinutes: 30 },
    },
  },
  {
    name: 'IntermodalTasksFail',
    severity: 'warning',
    expr:
      `sum by (stage) (rate(${ATTEMPTS}{outcome="failed", code=~"${codesOf('operational')}"}[10m])) / sum by (stage) (rate(${ATTEMPTS}[10m])) > 0.2 ` +
      `and sum by (stage) (increase(${ATTEMPTS}{outcome="failed"}[10m])) > 5`,
    holdsFor: '5m',
    summary:
      'Of the attempts of {{ $labels.stage }}, {{ $value | humanizePercentage }} fail, and not by what users sent.',
    fires: {
      series: { [attempts('completed')]: '0+5x40', [attempts('failed', 'stage.timeout')]: '0+5x40' },
      atMinutes: 20,
    },
    silent: {
      'what users sent': {
        series: { [attempts('completed')]: '0+5x40', [attempts('failed', 'media.unreadable')]: '0+5x40' },
        atMinutes: 20,
      },
      'one of few': {
        series: { [attempts('completed')]: '0x40', [attempts('failed', 'stage.timeout')]: '0x5 1x40' },
        atMinutes: 14,
      },
    },
  },
  {
    name: 'IntermodalBugs',
    severity: 'warning',
    // The first of a kind makes the series, and is no increase of it.
    expr:
      `sum by (stage, code) (increase(${ATTEMPTS}{code=~"${codesOf('bug')}"}[15m])) > 0 or ` +
      `sum by (stage, code) (${ATTEMPTS}{code=~"${codesOf('bug')}"} unless ${ATTEMPTS} offset 15m) > 0`,
    holdsFor: '0m',
    summary:
      '{{ $labels.stage }} failed with {{ $labels.code }}: something here is wrong, not what was sent.',
    fires: { series: { [attempts('failed', 'internal.bug')]: '_x10 1x10' }, atMinutes: 12 },
    silent: {
      'one of long ago': { series: { [attempts('failed', 'internal.bug')]: '1x60' }, atMinutes: 40 },
      'other failures': { series: { [attempts('failed', 'stage.timeout')]: '0+5x40' }, atMinutes: 20 },
    },
  },
  {
    name: 'IntermodalStoreUnavailable',
    severity: 'critical',
    expr: `sum(increase(${ATTEMPTS}{code="store.unavailable"}[5m])) > 5`,
    holdsFor: '2m',
    summary:
      '{{ $value | humanize }} attempts in 5 minutes failed because the artifact store or Postgres was away.',
    fires: { series: { [attempts('failed', 'store.unavailable')]: '0+5x20' }, atMinutes: 10 },
    silent: {
      'a hiccup': { series: { [attempts('failed', 'store.unavailable')]: '0x5 2x20' }, atMinutes: 8 },
    },
  },
];
