export * from './folder-artifact-store.ts';
export * from './open-artifact-store.ts';
export * from './s3-artifact-store.ts';
export * from './s3-model-bucket.ts';
export { artifactStoreFaults } from './start-faults.ts';
