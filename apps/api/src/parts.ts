import type {
  AuditRecords,
  ArtifactRecords,
  ArtifactStore,
  BatchRecords,
  IngestionRecords,
  EventRecords,
  JobRecords,
  KeyRecords,
  PoolRecords,
  PipelineRecords,
  RequestLimiter,
  StageCatalogue,
  TaskQueue,
  TaskRecords,
  TenantRecords,
  UsageRecords,
  UploadRecords,
  WebhookRecords,
  WebhookSecrets,
  WebhookSender,
} from '@intermodal/pipeline';
import type { Readiness } from '@intermodal/process';
import type { Tracing } from '@intermodal/telemetry';
import type { Logger } from 'pino';
import type { PipelineShelf } from './pipelines/pipeline-shelf.ts';

/** Everything outside that the API uses. `main` opens and closes it; tests give their own. */
export interface ApiParts {
  readonly jobs: JobRecords;
  readonly tasks: Pick<TaskRecords, 'admit'>;
  readonly batches: BatchRecords;
  readonly ingestions: IngestionRecords;
  readonly events: EventRecords;
  readonly webhooks: WebhookParts;
  /** What is wrong with an address that a user gave, as the end of a sentence; undefined when nothing is. */
  readonly addressFault: AddressFault;
  readonly artifacts: ArtifactRecords;
  readonly uploads: UploadRecords;
  readonly keys: KeyRecords;
  readonly tenants: TenantRecords;
  readonly usage: UsageRecords;
  readonly pools: PoolRecords;
  readonly audit: AuditRecords;
  readonly limiter: RequestLimiter;
  readonly queue: TaskQueue;
  readonly store: ArtifactStore;
  readonly catalogue: StageCatalogue;
  /** What is shipped. */
  readonly shelf: PipelineShelf;
  readonly pipelines: PipelineRecords;
  readonly readiness: Readiness;
  readonly limits: ApiLimits;
  readonly version: string;
  readonly tracing: Tracing;
  readonly log: Logger;
}

export type AddressFault = (url: string) => string | undefined;

export interface WebhookParts {
  readonly records: WebhookRecords;
  readonly sender: Pick<WebhookSender, 'check'>;
  /** Left out: webhooks are refused. */
  readonly secrets?: WebhookSecrets;
}

/** See the settings of the same names. */
export interface ApiLimits {
  readonly uploadMaxBytes: number;
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  readonly uploadMinBytesPerSecond: number;
  readonly streamsMax: number;
  readonly streamStallMs: number;
  /** Left out: any number. */
  readonly requestsPerSecond?: number | undefined;
  /** Left out: as many as a second has, and 10 at least. */
  readonly requestBurst?: number | undefined;
  /** Left out: any number. */
  readonly storedBytesMax?: number | undefined;
  readonly computeSecondsMax?: number | undefined;
}

/** Nest tokens, one for each part that a constructor may ask for. */
export const JOBS = Symbol('JOBS');
export const TASKS = Symbol('TASKS');
export const BATCHES = Symbol('BATCHES');
export const INGESTIONS = Symbol('INGESTIONS');
export const EVENTS = Symbol('EVENTS');
export const WEBHOOKS = Symbol('WEBHOOKS');
export const ADDRESS_FAULT = Symbol('ADDRESS_FAULT');
export const ARTIFACTS = Symbol('ARTIFACTS');
export const UPLOADS = Symbol('UPLOADS');
export const KEYS = Symbol('KEYS');
export const TENANTS = Symbol('TENANTS');
export const USAGE = Symbol('USAGE');
export const POOLS = Symbol('POOLS');
export const AUDIT = Symbol('AUDIT');
export const LIMITER = Symbol('LIMITER');
export const QUEUE = Symbol('QUEUE');
export const STORE = Symbol('STORE');
export const CATALOGUE = Symbol('CATALOGUE');
export const SHELF = Symbol('SHELF');
export const PIPELINES = Symbol('PIPELINES');
export const READINESS = Symbol('READINESS');
export const LIMITS = Symbol('LIMITS');
export const VERSION = Symbol('VERSION');
export const TRACING = Symbol('TRACING');
export const LOG = Symbol('LOG');
