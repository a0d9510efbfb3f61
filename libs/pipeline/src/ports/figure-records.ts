/** What metrics tell of the whole installation; see METRICS in libs/contracts. Cheap, however much there is. */
export interface FigureRecords {
  /** Tasks by stage and lane, a row for each. */
  lanes(stages: readonly string[]): Promise<readonly LaneFigures[]>;
  /** Seconds since the job was submitted that waits longest, by stage; 0 where none waits. */
  ages(stages: readonly string[]): Promise<Readonly<Record<string, number>>>;
  tenants(stages: readonly string[]): Promise<TenantFigures>;
  webhooks(): Promise<WebhookFigures>;
}

export interface LaneFigures {
  readonly stage: string;
  readonly lane: 'interactive' | 'batch';
  readonly ready: number;
  /** There may be more that are ready. */
  readonly capped: boolean;
  /** That wait for their next try. */
  readonly later: number;
  readonly leased: number;
}

/** How tenants fare beside each other; which ones, it does not tell. */
export interface TenantFigures {
  readonly lanes: readonly {
    readonly lane: LaneFigures['lane'];
    readonly waiting: number;
    /** For each tenant, since its longest waiting job was submitted: the 0.5, 0.9 and 1 quantile. Null while none waits. */
    readonly waitSeconds: readonly [half: number, most: number, all: number] | null;
  }[];
  /** 0..1: what the one with most has of the tasks that are leased. Null while none is. */
  readonly shareMax: number | null;
}

export interface WebhookFigures {
  /** Messages, each counted up to 10,000. */
  readonly due: number;
  readonly later: number;
  /** How late the oldest message is whose target is not left alone; 0 when none is late. */
  readonly lateSeconds: number;
  readonly openBreakers: number;
}
