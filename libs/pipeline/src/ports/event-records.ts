import type { Fault, JobState } from '@intermodal/contracts';
import type { TaskRow } from './job-records.ts';

/** The state of the records at one moment: which transactions can be seen. Compared by the records alone. */
export type Snapshot = string;

export interface JobNow {
  readonly now: Snapshot;
  readonly state: JobState;
  readonly error: Fault | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A task in a state that it came into between two snapshots. */
export interface TaskChange extends TaskRow {
  /** The order in which changes are given. */
  readonly seq: string;
  /** Of an each. */
  readonly items: number;
}

/** What happened in the record since somebody looked. Ids are uuids. */
export interface EventRecords {
  jobNow(tenantId: string, jobId: string): Promise<JobNow | undefined>;
  /**
   * Tasks that have been started or are final, and whose state became visible between two snapshots, in the order of `seq`. One that has
   * changed again since `now` is left out: the next snapshot will have it.
   * @param span.seen undefined: before everything
   * @param span.after the `seq` of the last that was given for this span
   */
  taskChanges(
    jobId: string,
    span: { seen: Snapshot | undefined; now: Snapshot; after: string; limit: number },
  ): Promise<TaskChange[]>;
}
