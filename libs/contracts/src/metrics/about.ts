/** What one metric is. The name says its unit: seconds, bytes, or a number of things. */
export interface MetricAbout {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** One sentence; it goes to Prometheus too. */
  readonly help: string;
  /** Label -> what stands there. Never an id, a tenant, a path or whatever else a user chooses: each value is a series for ever. */
  readonly labels: Readonly<Record<string, string>>;
  /** Upper bounds, of a histogram. */
  readonly buckets?: readonly number[];
  /** Which processes give it. */
  readonly from: 'workers' | 'api' | 'both';
}

/** From a millisecond to half an hour, the longest that a stage may take. */
export const TASK_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800];
/** Of an answer that somebody waits for. */
export const ANSWER_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Of things that travel together. */
export const ITEMS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000];

export const STAGE = '`name@version` of a stage';
export const POOL = 'of the stages';
export const LANE = '`interactive` or `batch`';
export const MODEL = 'name of a model of the catalogue';
export const DEVICE = '`cpu` or `cuda`';
