import type { ArtifactRef, Fault, JobState, PipelineDocument, Ran, TaskState } from '@intermodal/contracts';
import type { Plan } from '../plan.ts';
import type { NewWebhook } from './webhook-records.ts';

export interface NewJob {
  /** A uuid made by the application. */
  readonly id: string;
  readonly tenantId: string;
  /** The resolved document and its plan; stored once per sha256. */
  readonly plan: Plan;
  readonly input: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** `sha256` is of the request, to tell a repeat from another request under the same key. */
  readonly idempotency?: { readonly key: string; readonly sha256: string };
  readonly webhook?: NewWebhook;
  /** Among jobs of its tenant and lane: higher first; default 0. */
  readonly priority?: number | undefined;
  /** The job fails when it has not ended so many milliseconds after it was accepted. */
  readonly deadlineMs?: number | undefined;
  /** W3C traceparent of the span that submits it; its tasks are part of that trace. */
  readonly trace?: string | undefined;
}

export interface Submitted {
  /** The id of the job that was there already, when the idempotency key is known. */
  readonly jobId: string;
  readonly created: boolean;
  /** Stages that have work now. */
  readonly waiting: readonly string[];
}

/** Another job like one that failed or was cancelled: what completed there is not done again (decision 0012). */
export interface Retry {
  readonly tenantId: string;
  /** What is to be retried. */
  readonly of: string;
  /** A uuid for the new one, made by the application. */
  readonly id: string;
  readonly webhook?: NewWebhook;
  /** As of a new job; the jobs of a batch have traces of their own. */
  readonly trace?: string | undefined;
}

export interface Retried {
  /** Of the earlier retry, when there was one. */
  readonly id: string;
  readonly created: boolean;
  /** Stages that have work now. */
  readonly waiting: readonly string[];
}

export interface JobRow {
  readonly id: string;
  /** name@version */
  readonly pipeline: string;
  readonly state: JobState;
  readonly input: Record<string, unknown>;
  readonly params: Record<string, unknown>;
  readonly output: Record<string, unknown> | null;
  readonly error: Fault | null;
  readonly metadata: Record<string, string>;
  readonly batchId: string | null;
  readonly retryOf: string | null;
  readonly retriedBy: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface TaskRow extends Ran {
  readonly id: string;
  readonly path: string;
  /** Null for an each. */
  readonly stage: string | null;
  readonly state: TaskState;
  readonly attempt: number;
  /** Its output is that of the job that this one retries. */
  readonly kept: boolean;
  readonly progress: number | null;
  readonly error: Fault | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface JobFilter {
  readonly state?: JobState;
  /** A pipeline's name. */
  readonly pipeline?: string;
  readonly batchId?: string;
  /** Made at this moment or later. */
  readonly from?: Date;
  /** Made before this moment. */
  readonly until?: Date;
  /** All of these are among its metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly limit: number;
  /** Jobs older than this one. */
  readonly before?: string;
}

export interface JobPage {
  readonly jobs: readonly JobRow[];
  /** `before` of the next page; left out when there is none. A page looks at so many jobs at most: it may have fewer than `limit`, or none, and yet a next one. */
  readonly next?: string;
}

/** The record, as the API uses it. Ids are uuids; another tenant's id is as unknown as one that never was. */
export interface JobRecords {
  /**
   * One transaction: idempotency key, job, tasks. After it returns the job will end, whatever dies.
   * @throws IntermodalError `idempotency.conflict`
   */
  submit(job: NewJob): Promise<Submitted>;
  get(tenantId: string, jobId: string): Promise<JobRow | undefined>;
  /** Newest first. */
  list(tenantId: string, filter: JobFilter): Promise<JobPage>;
  /** In the order of their paths; at most `limit`. */
  tasks(jobId: string, limit: number): Promise<TaskRow[]>;
  /** What was skipped or failed without failing the job, at most 20. */
  warnings(jobId: string): Promise<Fault[]>;
  /** Stages for which tasks of the job are ready and that no worker seen lately serves. */
  unserved(jobId: string): Promise<string[]>;
  /** False when the job was final already, undefined when there is none. */
  cancel(tenantId: string, jobId: string): Promise<boolean | undefined>;
  /** One transaction. `refused`: it has not failed, or is a row of a batch. Undefined: there is none. */
  retry(retry: Retry): Promise<Retried | 'refused' | undefined>;
}

/** Artifacts that people may see: uploads, and outputs whose task was committed. */
export interface ArtifactRecords {
  add(tenantId: string, artifact: ArtifactRef): Promise<void>;
  get(tenantId: string, artifactId: string): Promise<ArtifactRef | undefined>;
  /** Those that are there, by uuid. */
  getMany(tenantId: string, artifactIds: readonly string[]): Promise<Map<string, ArtifactRef>>;
  lineage(tenantId: string, artifactId: string): Promise<LineageRecord | undefined>;
}

/** How a file came about. */
export interface LineageRecord {
  readonly artifact: ArtifactRef;
  readonly createdAt: Date;
  /** What made it; undefined for an upload. */
  readonly task:
    | {
        readonly id: string;
        readonly jobId: string;
        readonly pipeline: string;
        readonly path: string;
        readonly stage: string;
        readonly engine: string | null;
        readonly model: string | null;
        readonly device: string | null;
        readonly params: Readonly<Record<string, unknown>>;
      }
    | undefined;
  /** What that was given, as far as it is there still. */
  readonly from: readonly ArtifactRef[];
}

export interface PipelineRecords {
  /**
   * Stores a published version; the same document again is fine.
   * @param tenantId null: for everybody
   * @returns false when it was there
   * @throws `pipeline.conflict` when that version holds another
   */
  publish(tenantId: string | null, plan: Plan): Promise<boolean>;
  /** What a tenant has published, by name and version; of one name, if one is given. */
  published(tenantId: string, name?: string): Promise<PipelineDocument[]>;
}
