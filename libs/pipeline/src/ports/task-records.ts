import type { ArtifactRef, Fault, Ran } from '@intermodal/contracts';
import type { Delivery } from './task-queue.ts';

/** A task that this process may run until its lease ends. */
export interface ClaimedTask {
  readonly id: string;
  readonly jobId: string;
  readonly tenantId: string;
  readonly path: string;
  readonly stage: string;
  /** Claims of this task so far, this one included. */
  readonly attempt: number;
  /** The fence: whoever holds another one, or none, commits nothing. */
  readonly token: string;
  readonly input: Record<string, unknown>;
  readonly params: Record<string, unknown>;
  readonly timeoutMs: number;
  /** Output ports that stay in the records whatever their size. */
  readonly iterated: readonly string[];
  /** Processes that ended while they held it. More than none: it must say `begin` first; more than one: and run alone. */
  readonly crashes: number;
  /** W3C traceparent of the span that submitted its job; left out where that was not traced, or is not asked for. */
  readonly trace?: string;
}

export interface Lease {
  readonly taskId: string;
  readonly token: string;
  /** 0..1 */
  readonly progress: number | null;
}

interface SettlementBase extends Ran {
  readonly taskId: string;
  readonly token: string;
}

/** What a worker cannot know of: leases that it was given in a reply that never arrived. */
export interface Unheard {
  /** `at` of a beat before which everything that had been asked for has been answered by now, or has failed. */
  readonly before: string;
  /** Tasks that it does know of and no longer holds, whose lease is to end by itself. */
  readonly besides: readonly string[];
}

export interface Beat {
  /** Ids of tasks still held; the work of the others is lost or cancelled. */
  readonly held: readonly string[];
  /** The database's clock, before anything else of this beat. */
  readonly at: string;
  /** Stages of tasks that were put back: nobody worked on them. */
  readonly waiting: readonly string[];
}

/** What became of a task that was claimed. */
export type Settlement =
  | (SettlementBase & {
      readonly outcome: 'completed';
      readonly output: Readonly<Record<string, unknown>>;
      /** Files of the output: visible from the moment this is committed. */
      readonly artifacts: readonly ArtifactRef[];
    })
  | (SettlementBase & {
      readonly outcome: 'failed';
      readonly error: Fault;
      /** Another try may help. */
      readonly retry: boolean;
      /** The fault is ours (a store is away): costs no attempt, within the outage budget. */
      readonly outage: boolean;
    })
  /** Handed back untouched by a worker that drains. */
  | (SettlementBase & { readonly outcome: 'released' });

export interface SettlementResult {
  /** Ids of tasks whose settlement was refused: the lease was lost, or the job ended. */
  readonly fenced: readonly string[];
  /** Tasks that became ready and are the taker's now. */
  readonly claimed: readonly ClaimedTask[];
  /** Stages with tasks that became ready and that nobody took. */
  readonly waiting: readonly string[];
  /** Jobs that changed in a way that people wait for. */
  readonly changedJobs: readonly string[];
}

export interface Claims {
  readonly tasks: readonly ClaimedTask[];
  /** Of their stages, those with tasks that wait to be let in: the claim made room for some. */
  readonly waiting: readonly string[];
}

/** A worker that settles or looks for work may take tasks right there: no message, no waiting. */
export interface Taker {
  readonly workerId: string;
  /** By stage: how many tasks it takes at once, at most. */
  readonly room: Readonly<Record<string, number>>;
}

export interface Admitted {
  /** The taker's now. */
  readonly claimed: readonly ClaimedTask[];
  /** To be sent now. */
  readonly deliveries: readonly Delivery[];
  /** There are tasks that did not fit into the window. */
  readonly more: boolean;
}

export interface Swept {
  readonly waiting: readonly string[];
  readonly changedJobs: readonly string[];
  /** Leases that had ended. */
  readonly expired: number;
  /** Tasks that had been sent and that nobody claimed. */
  readonly unclaimed: number;
}

export interface QueueMark {
  /** For the transport to keep. */
  readonly mark: number;
  /** The transport has it, or a greater one, unless it went back in time. */
  readonly confirmed: number;
  /** How often it was found to have gone back. */
  readonly losses: number;
}

export type Contact = 'new' | 'kept' | 'lost';

export interface WorkerInfo {
  /** A uuid of this process. */
  readonly id: string;
  readonly pool: string;
  readonly stages: readonly string[];
  /** Tasks it runs at a time. */
  readonly slots: number;
  /** What was chosen: capability -> engine, model, device. */
  readonly engines: Readonly<Record<string, unknown>>;
  /** What its machine or container is called. */
  readonly host?: string;
}

/** The record, as workers use it. Leases are measured by the database's clock only. */
export interface TaskRecords {
  /** Those of the tasks that were ready. The rest is a duplicate delivery, cancelled, or somebody else's. */
  claim(taskIds: readonly string[], workerId: string): Promise<Claims>;
  /**
   * A task with crashes begins: if this process ends, too, it is counted as the cause. False when the task is lost.
   */
  begin(taskId: string, token: string): Promise<boolean>;
  /**
   * Extends leases. With `unheard`, tasks that were leased to this worker and that it does not name are put back at once,
   * and without a crash.
   */
  heartbeat(worker: WorkerInfo, leases: readonly Lease[], unheard?: Unheard): Promise<Beat>;
  /** One transaction per call. The same settlement twice is the same as once. */
  settle(settlements: readonly Settlement[], taker?: Taker): Promise<SettlementResult>;
  /**
   * Chooses which waiting tasks of a stage are next: tenants and lanes by their weights. A taker gets what it has room for; the
   * transport gets as many more as wake every worker. The rest waits in the records, where it can still be overtaken, for a
   * taker.
   */
  admit(stage: string, taker?: Taker): Promise<Admitted>;
  /** What this worker measured: milliseconds of one task, by stage. */
  tellPace(meanMs: Readonly<Record<string, number>>): Promise<void>;
  /**
   * Frees tasks whose lease ended, takes back what nobody started, ends jobs whose deadline passed.
   * @param options.leasesEndedBefore what `clock` said a moment ago; null lets ended leases be; now when left out
   */
  sweep(options?: { readonly leasesEndedBefore: string | null }): Promise<Swept>;
  /**
   * The database's clock, which is compared with nothing but itself.
   * @param contact `lost`: the caller could not reach the records for more than half a lease; `new`: it cannot tell
   * @returns null for one lease after anybody had lost contact: leases that ended are to be let be
   */
  clock(contact: Contact): Promise<string | null>;
  /** A new number for the transport; undefined when anybody had one less than so many milliseconds ago. */
  nextQueueMark(everyMs: number): Promise<QueueMark | undefined>;
  /** The transport has this number. */
  confirmQueueMark(mark: number): Promise<void>;
  /**
   * The transport lost what it must have: what was sent and not claimed waits again. Returns the stages; none for all but the
   * first of those who noticed the same loss.
   */
  queueForgot(losses: number): Promise<string[]>;
  /** The worker drained and is gone. What it may still hold is put back. */
  leave(workerId: string): Promise<void>;
}
