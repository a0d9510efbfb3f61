/** What a tenant has, and has used in this month, against the limits of its own; null: none. */
export interface Standing {
  readonly storedBytes: number;
  readonly computeSeconds: number;
  readonly storedBytesMax: number | null;
  readonly computeSecondsMax: number | null;
}

export interface UsageDay {
  /** `2026-11-27`, of UTC. */
  readonly day: string;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly uploadedBytes: number;
  readonly madeBytes: number;
  readonly tasks: number;
  readonly computeSeconds: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface UsageShare {
  readonly pipeline: string;
  readonly stage: string;
  readonly engine: string | null;
  readonly model: string | null;
  readonly tasks: number;
  readonly failed: number;
  readonly computeSeconds: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** What was counted, some seconds after it happened. Days are those of UTC; both ends are included. */
export interface UsageRecords {
  /** Undefined when there is no such tenant. */
  standing(tenantId: string): Promise<Standing | undefined>;
  /** Days on which there was something, the first one first. */
  days(tenantId: string, from: string, to: string): Promise<UsageDay[]>;
  /** By pipeline, stage, engine and model, the most seconds first. */
  shares(tenantId: string, from: string, to: string): Promise<UsageShare[]>;
}
