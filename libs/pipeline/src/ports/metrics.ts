import type { CounterName, GaugeName, HistogramName, MetricLabels } from '@intermodal/contracts';

/** One value of a gauge. */
export type Reading = {
  [Name in GaugeName]: readonly [name: Name, labels: MetricLabels<Name>, value: number];
}[GaugeName];

/** What a process counts of what it does: see METRICS in libs/contracts. Nothing here throws or waits. */
export interface Metrics {
  count<Name extends CounterName>(name: Name, labels: MetricLabels<Name>, by?: number): void;
  observe<Name extends HistogramName>(name: Name, labels: MetricLabels<Name>, value: number): void;
  /**
   * Gauges are read when somebody asks for them. While a reading fails its gauges have no series, and
   * `intermodal_metrics_read_failures_total` counts: a failure is never a number.
   * @param source of the readings, for that counter
   * @param names all that it may give
   */
  readings(
    source: 'records' | 'models' | 'tasks',
    names: readonly GaugeName[],
    read: () => readonly Reading[] | Promise<readonly Reading[]>,
  ): void;
}

/** Where nobody asks. */
export const NO_METRICS: Metrics = { count() {}, observe() {}, readings() {} };
