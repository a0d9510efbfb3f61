/**
 * What the engine itself costs, rounded from docs/measured/engine.json (`npm run bench`, two shared cores): a test holds them together. Of a task
 * that takes longer than a moment each claim and each settlement is alone; short ones share theirs, and cost a tenth.
 */
export const ENGINE_PRICES = {
  /** Microseconds of processor time. */
  postgresUs: { job: 1_250, taskAlone: 1_050, taskOfMany: 110 },
  apiUs: { job: 900 },
  redisUs: { job: 5, task: 120 },
  /** Bytes. */
  log: { job: 1_750, task: 2_600 },
  kept: { task: 1_300 },
  /** Open at a time; of the API as many as it may have. */
  connections: { worker: 5, api: 15 },
} as const;

/** Below this the tasks of a worker end together often enough to be settled together. */
export const SHORT_TASK_SECONDS = 0.05;
