export * from './child-processes.ts';
export * from './make-wav.ts';
export * from './random-pipeline.ts';
export * from './run-stage.ts';
export * from './services/database.ts';
export * from './services/redis.ts';
export * from './services/s3.ts';
export * from './shared-folder.ts';
