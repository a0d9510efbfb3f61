import type { Submission } from '@intermodal/pipeline';

/** One thing that was asked for, whatever became of the asking. */
export interface Entry extends Submission {
  /** Sent as the idempotency key, and as metadata of the job. */
  readonly key: string;
  /** A name of a trial pipeline. */
  readonly pipeline: string;
  /** Somebody wants to be told when it has ended. */
  readonly webhook: boolean;
  /** It may end as cancelled. */
  cancelled: boolean;
  /** A uuid; there from the moment when the API said that it took it. */
  jobId?: string;
}

/** Under which name a job's metadata holds the key. */
export const SUBMISSION = 'submission';
