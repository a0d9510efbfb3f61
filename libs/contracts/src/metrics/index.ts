import type { MetricAbout } from './about.ts';
import { DELIVERY_METRICS } from './delivery-metrics.ts';
import { ENGINE_METRICS } from './engine-metrics.ts';
import { MODEL_METRICS } from './model-metrics.ts';
import { RECORD_METRICS } from './record-metrics.ts';
import { TASK_METRICS } from './task-metrics.ts';

export type { MetricAbout } from './about.ts';

/** Every metric of ours, by subject. `docs/reference/metrics.md` is generated from this list; dashboards and alerts are held to it. */
export const METRICS_BY_SUBJECT = {
  Tasks: TASK_METRICS,
  Models: MODEL_METRICS,
  Engines: ENGINE_METRICS,
  'Requests and webhooks': DELIVERY_METRICS,
  'What stands in Postgres': RECORD_METRICS,
} as const;

export const METRICS = {
  ...TASK_METRICS,
  ...MODEL_METRICS,
  ...ENGINE_METRICS,
  ...DELIVERY_METRICS,
  ...RECORD_METRICS,
};

export type MetricName = keyof typeof METRICS;
type OfKind<Kind extends MetricAbout['kind']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];
export type CounterName = OfKind<'counter'>;
export type GaugeName = OfKind<'gauge'>;
export type HistogramName = OfKind<'histogram'>;
/** Exactly the labels that the catalogue has. */
export type MetricLabels<Name extends MetricName> = {
  readonly [Label in keyof (typeof METRICS)[Name]['labels']]: string;
};
