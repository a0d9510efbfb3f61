export * from './run-stage.ts';
export * from './services/database.ts';
export * from './services/redis.ts';
export * from './services/s3.ts';
export * from './artifact-store.contract.ts';
