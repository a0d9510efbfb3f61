import type { ToldMessage } from '@intermodal/contracts';

/** Tasks of one stage on their way to a worker: one message. Short tasks travel together, long ones alone. */
export interface Delivery {
  /** `speech.transcribe@1` */
  readonly stage: string;
  readonly tasks: readonly DeliveredTask[];
}

export interface DeliveredTask {
  readonly id: string;
  /** Claims so far: makes the transport's id of a retried task a new one. */
  readonly attempt: number;
}

/** What to look for: `changed` in the records, `told` in the transport. */
export type JobNews = 'changed' | 'told';

export interface ToldPiece {
  readonly jobId: string;
  readonly message: ToldMessage;
}

export interface TellingKept {
  /** Given by the transport; later pieces of the job have greater ones. */
  readonly id: string;
  readonly message: ToldMessage;
}

export interface Consumer {
  /** Takes no further delivery; resolves when the handlers under way have returned. */
  close(): Promise<void>;
}

/** Transport only: a delivery may be lost, doubled or late. The records repair that. */
export interface TaskQueue {
  /** Rejects within about half a second when the transport is away; the sweeper will send again. */
  send(deliveries: readonly Delivery[]): Promise<void>;
  /** Calls `handle` for every delivery of a stage, at most `concurrency` at a time per stage. */
  consume(
    stages: readonly string[],
    handle: (delivery: Delivery) => Promise<void>,
    options: { concurrency: number },
  ): Promise<Consumer>;
  /** Tells other processes that a job changed; best effort. */
  announce(jobIds: readonly string[]): Promise<void>;
  /** Calls `listener` with the id of every job that was announced, or of which something was told; best effort. */
  listen(listener: (jobId: string, news: JobNews) => void): Promise<{ close(): Promise<void> }>;
  /** Keeps pieces of what tasks tell for whoever watches their jobs: the last few thousand of each job, for an hour. Best effort. */
  tell(pieces: readonly ToldPiece[]): Promise<void>;
  /** What was told of a job, in its order, after the piece of this id; at most `limit`. Rejects at once while the transport is away. */
  told(jobId: string, after: string | undefined, limit: number): Promise<TellingKept[]>;
  /**
   * Keeps a number, unless it has a greater one. Returns the one it had, 0 for none: less than `least`, which it was given
   * before, means that it went back in time, and nothing is kept, so that others see it, too.
   */
  keepMark(mark: number, least: number): Promise<number>;
  check(): Promise<void>;
  close(): Promise<void>;
}
