export { ALERTS } from './alerts/index.ts';
export type { Alert } from './alerts/alert.ts';
export { metricsIn, RANGE, withValues } from './dashboards/dashboard.ts';
export { DASHBOARDS } from './dashboards/index.ts';
export { renderedFiles } from './rendered-files.ts';
