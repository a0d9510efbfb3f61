import type { Fault, JobState } from '@intermodal/contracts';
import type { Plan } from '../plan.ts';
import type { Retried, Retry } from './job-records.ts';
import type { NewWebhook } from './webhook-records.ts';

/** One row of a submission: a job to make, or what is wrong with it. */
export type NewBatchRow = { readonly line: number; readonly customId?: string } & (
  | { readonly error: Fault }
  | {
      /** A uuid made by the application. */
      readonly jobId: string;
      readonly input: Readonly<Record<string, unknown>>;
      readonly params: Readonly<Record<string, unknown>>;
      readonly metadata: Readonly<Record<string, string>>;
      /** Where it is not that of the batch: see withFetches. */
      readonly plan?: Plan;
    }
);

interface NewBatchBase {
  /** A uuid made by the application. */
  readonly id: string;
  readonly tenantId: string;
  readonly plan: Plan;
  readonly metadata: Readonly<Record<string, string>>;
  readonly idempotency?: { readonly key: string; readonly sha256: string };
  readonly webhook?: NewWebhook;
  /** Of every job in it; default 0. */
  readonly priority?: number | undefined;
  /** Of every job in it. */
  readonly deadlineMs?: number | undefined;
}

export interface NewBatch extends NewBatchBase {
  readonly rows: readonly NewBatchRow[];
}

/** A batch whose rows stand in an uploaded file, which is read later: see IngestionRecords. */
export interface NewBatchFile extends NewBatchBase {
  /** A uuid. */
  readonly artifactId: string;
  /** How many rows the file has. */
  readonly total: number;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface SubmittedBatch {
  /** The id of the batch that was there already, when the idempotency key is known. */
  readonly batchId: string;
  readonly created: boolean;
  /** Stages that have work now. */
  readonly waiting: readonly string[];
}

export interface SubmittedBatchFile {
  /** As it was accepted, whoever reads its file already; the one that was there, when the idempotency key is known. */
  readonly batch: BatchRecord;
  readonly created: boolean;
}

export interface BatchRecord {
  readonly id: string;
  /** name@version */
  readonly pipeline: string;
  /** validating: its file is still being read. */
  readonly state: 'validating' | 'open' | 'completed' | 'failed' | 'cancelled';
  readonly total: number;
  /** Of the rows that were read. */
  readonly invalid: number;
  /** Why it failed as a whole. */
  readonly error: Fault | null;
  /** Jobs by state, counted when it was read. */
  readonly jobs: Readonly<Record<JobState, number>>;
  readonly metadata: Record<string, string>;
  readonly retryOf: string | null;
  readonly retriedBy: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface BatchRowRecord {
  readonly line: number;
  readonly customId: string | null;
  readonly jobId: string | null;
  readonly state: JobState | null;
  readonly output: Record<string, unknown> | null;
  /** Of the row, when it never became a job; else of the job. */
  readonly error: Fault | null;
}

export interface BatchRecords {
  /**
   * One transaction: idempotency key, batch, rows, jobs, tasks.
   * @throws IntermodalError `idempotency.conflict`
   */
  submit(batch: NewBatch): Promise<SubmittedBatch>;
  /**
   * One transaction: idempotency key, batch, and that its file is to be read.
   * @throws IntermodalError `idempotency.conflict`, `artifact.not_found`, `quota.open_jobs`
   */
  submitFile(batch: NewBatchFile): Promise<SubmittedBatchFile>;
  get(tenantId: string, batchId: string): Promise<BatchRecord | undefined>;
  /** Newest first. */
  list(tenantId: string, page: { limit: number; before?: string }): Promise<BatchRecord[]>;
  /** In their order, those after `line`. */
  rows(batchId: string, page: { afterLine: number; limit: number }): Promise<BatchRowRecord[]>;
  /** As `rows`, but only those with an error: that never became jobs, or whose job failed or was cancelled. */
  badRows(batchId: string, page: { afterLine: number; limit: number }): Promise<BatchRowRecord[]>;
  /** Rows that never became jobs, in their order. */
  invalidRows(batchId: string, limit: number): Promise<BatchRowRecord[]>;
  /** False when the batch was final already, undefined when there is none. */
  cancel(tenantId: string, batchId: string): Promise<boolean | undefined>;
  /** One transaction. `refused`: it has not ended, or nothing in it failed. Undefined: there is none. */
  retry(retry: Retry): Promise<Retried | 'refused' | undefined>;
}
