export interface RequestLimit {
  readonly perSecond: number;
  /** So many may come at once. */
  readonly burst: number;
}

export interface RequestTaken {
  readonly allowed: boolean;
  /** How many more may come at once. */
  readonly remaining: number;
  /** When the next one may come; 0 when it may now. */
  readonly retryAfterMs: number;
  /** When all of the burst may come again. */
  readonly resetMs: number;
}

/** Counts requests, for all API processes together where it can. It never rejects, and never takes longer than a few dozen milliseconds. */
export interface RequestLimiter {
  take(who: string, limit: RequestLimit): Promise<RequestTaken>;
  close(): Promise<void>;
}
