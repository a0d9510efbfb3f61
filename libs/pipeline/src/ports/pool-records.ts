/** A worker process that was seen lately. */
export interface LiveWorker {
  readonly id: string;
  readonly pool: string;
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
}

/** What the pools of workers have to do, and who does it. */
export interface PoolRecords {
  workers(): Promise<readonly LiveWorker[]>;
  /** @param most ready tasks are counted up to this number a stage */
  backlog(stages: readonly string[], most: number): Promise<readonly StageBacklog[]>;
}
