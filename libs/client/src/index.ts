export * from './client.ts';
export * from './error.ts';
export * from './verify-webhook.ts';
export type { SubmitBatchOptions, WaitBatchOptions } from './batches.ts';
export type { UploadSource, UploadOptions } from './artifacts.ts';
export type { RunOptions, SubmitOptions, WaitOptions } from './jobs.ts';
export type {
  ArtifactRef,
  BatchResult,
  BatchView,
  DeliveryList,
  JobView,
  KeyView,
  NewKeyView,
  PipelineView,
  StageView,
  TaskView,
  TenantView,
} from '@intermodal/contracts';
