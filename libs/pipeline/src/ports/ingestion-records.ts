import type { Fault } from '@intermodal/contracts';
import type { Plan } from '../plan.ts';
import type { NewBatchRow } from './batch-records.ts';

/** A batch whose file is being read by whoever took it, and how far that is. */
export interface Ingestion {
  readonly batchId: string;
  readonly tenantId: string;
  /** Proves that it is held. */
  readonly token: string;
  readonly artifactId: string;
  /** Of the whole file. */
  readonly bytes: number;
  readonly plan: Plan;
  /** Of every row. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Where to go on. */
  readonly nextByte: number;
  /** The last one that was read; from 1. */
  readonly line: number;
  /** How often it was taken since it last got on, this time included. */
  readonly tries: number;
}

/** A part of the file that was read. */
export interface Stretch {
  readonly rows: readonly NewBatchRow[];
  readonly nextByte: number;
  readonly line: number;
  /** Nothing follows. */
  readonly last: boolean;
}

/**
 * Files of batches on their way into the records. Any process may read on: who takes one holds it for a lease, and a stretch is
 * written together with how far the file is read then.
 */
export interface IngestionRecords {
  readonly leaseMs: number;
  /** The one that has waited longest; undefined when none is due. */
  take(): Promise<Ingestion | undefined>;
  /** The custom_ids that its rows have, and on which line first. */
  customIds(batchId: string): Promise<Map<string, number>>;
  /** Another lease. False: it is not ours any more, or the batch was cancelled. */
  hold(ingestion: Ingestion): Promise<boolean>;
  /**
   * One transaction: rows, jobs, tasks, and how far it is.
   * @returns stages that have work now; undefined as `hold` says false: then nothing was written
   * @throws IntermodalError `quota.open_jobs`
   */
  add(ingestion: Ingestion, stretch: Stretch): Promise<readonly string[] | undefined>;
  /** Anybody may go on with it after a pause. */
  leave(ingestion: Ingestion, pauseMs: number): Promise<void>;
  /** Ends the batch as failed, with what has not ended of it. */
  fail(ingestion: Ingestion, error: Fault): Promise<void>;
}
