export * from './load-stages.ts';
export * from './plan.ts';
export * from './ports/artifact-store.ts';
export * from './ports/job-records.ts';
export * from './ports/task-queue.ts';
export * from './stage-catalogue.ts';
export * from './stage.ts';
