export { countedStore } from './metrics/counted-store.ts';
export { openMetrics, type OpenMetrics } from './metrics/open-metrics.ts';
