export * from './artifact.ts';
export * from './error.ts';
export * from './id.ts';
export * from './job.ts';
export * from './map-files.ts';
export * from './message.ts';
export * from './pipeline-document.ts';
