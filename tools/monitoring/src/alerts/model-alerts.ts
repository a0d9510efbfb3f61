import type { Alert } from './alert.ts';

const ends = (reason: string) =>
  `intermodal_model_ends_total{pool="text", model="opus-en-es", device="cpu", reason="${reason}"}`;

export const MODEL_ALERTS: readonly Alert[] = [
  {
    name: 'IntermodalModelCrashes',
    severity: 'warning',
    expr: 'sum by (pool, model, reason) (increase(intermodal_model_ends_total{reason=~".+[.].+"}[15m])) > 2',
    holdsFor: '0m',
    summary:
      'The process of {{ $labels.model }} (pool {{ $labels.pool }}) ended {{ $value | humanize }} times in 15 minutes with {{ $labels.reason }}.',
    fires: { series: { [ends('stage.crashed')]: '0x5 4x10' }, atMinutes: 10 },
    silent: {
      'models that leave by themselves': {
        series: { [ends('idle')]: '0+2x20', [ends('evicted')]: '0+2x20', [ends('aborted')]: '0+2x20' },
        atMinutes: 15,
      },
      'one crash': { series: { [ends('stage.crashed')]: '0x5 1x10' }, atMinutes: 10 },
    },
  },
  {
    name: 'IntermodalModelsThrash',
    severity: 'warning',
    expr: 'sum by (pool) (increase(intermodal_model_ends_total{reason="evicted"}[15m])) > 30',
    holdsFor: '15m',
    summary:
      'In the pool {{ $labels.pool }}, {{ $value | humanize }} models in 15 minutes made room for others: they do not fit together.',
    fires: { series: { [ends('evicted')]: '0+4x60' }, atMinutes: 45 },
    silent: { 'a change of work': { series: { [ends('evicted')]: '0x5 4x60' }, atMinutes: 15 } },
  },
];
