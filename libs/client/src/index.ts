export * from './client.ts';
export * from './error.ts';
export type { UploadSource, UploadOptions } from './artifacts.ts';
export type { RunOptions, SubmitOptions, WaitOptions } from './jobs.ts';
export type { ArtifactRef, JobView, PipelineView, StageView, TaskView } from '@intermodal/contracts';
