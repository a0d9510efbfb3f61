/** A worker process that was seen lately. */
export interface LiveWorker {
  readonly id: string;
  readonly pool: string;
  /** Its machine or container: on Kubernetes the name of its pod. Null where it did not say. */
  readonly host: string | null;
  /** Tasks that it runs. */
  readonly running: number;
  /** `name@version` of what it serves. */
  readonly stages: readonly string[];
  readonly slots: number;
  /** Capability -> what it opened, or why it could not. */
  readonly engines: Readonly<Record<string, OpenedThere>>;
  readonly startedAt: Date;
  readonly seenAt: Date;
}

export type OpenedThere =
  | { readonly engine: string; readonly model?: string; readonly device: string }
  | { readonly unavailable: string };

export interface StageBacklog {
  readonly stage: string;
  /** Ready tasks, up to the number that was asked for. */
  readonly waiting: number;
  /** That wait for their next try. */
  readonly later: number;
  readonly running: number;
  /** How long one takes; null while nobody knows. */
  readonly meanMs: number | null;
  /** How long those that run have run, as a mean; null where none does. */
  readonly runningMs: number | null;
  /** Ready tasks of tenants that may run any number of them; all of them, not up to a number. */
  readonly open: number;
  /** Whether `open` is an estimate, because there are more than were counted. */
  readonly estimated: boolean;
  /** The others, by tenant: how many wait, up to the number that was asked for, and how many more that tenant may run. */
  readonly limited: readonly { readonly waiting: number; readonly free: number }[];
}

/** What the pools of workers have to do, and who does it. */
export interface PoolRecords {
  workers(): Promise<readonly LiveWorker[]>;
  /** @param most ready tasks are counted up to this number a stage */
  backlog(stages: readonly string[], most: number): Promise<readonly StageBacklog[]>;
}
