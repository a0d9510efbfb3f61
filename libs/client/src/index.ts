export * from './client.ts';
export * from './error.ts';
export * from './verify-webhook.ts';
export type { SubmitBatchOptions, WaitBatchOptions } from './batches.ts';
export type { EventsOptions, Streamed } from './events.ts';
export type { UploadSource, UploadOptions } from './artifacts.ts';
export type { RunOptions, SubmitOptions, WaitOptions } from './jobs.ts';
export type {
  ArtifactRef,
  BatchEvent,
  BatchResult,
  BatchView,
  DeliveryList,
  JobEvent,
  JobView,
  KeyView,
  NewKeyView,
  PipelineView,
  StageView,
  TaskView,
  WebhookEndpointSecret,
  WebhookEndpointView,
  WebhookMessageView,
  TenantView,
} from '@intermodal/contracts';
