import type { ErrorCode, JobState } from '@intermodal/contracts';

/** Somebody wants to be told when a job or batch has ended. */
export interface NewWebhook {
  /** A uuid made by the application. */
  readonly id: string;
  readonly url: string;
  /** Of the key that its secret is derived from. */
  readonly keyId: string;
}

/** What a webhook belongs to. */
export type WebhookOwner = { readonly jobId: string } | { readonly batchId: string };

/** A message that this process may send until its lease ends. */
export interface ClaimedMessage {
  readonly eventId: string;
  readonly endpointId: string;
  readonly token: string;
  /** Claims so far, this one included. */
  readonly attempt: number;
  readonly url: string;
  readonly origin: string;
  readonly keyId: string;
  readonly type: string;
  readonly occurredAt: Date;
  readonly about:
    | {
        readonly jobId: string;
        readonly batchId: string | null;
        readonly pipeline: string;
        readonly state: JobState;
        readonly errorCode: ErrorCode | null;
      }
    | {
        readonly batchId: string;
        readonly pipeline: string;
        readonly state: string;
        readonly counts: Readonly<Record<string, number>>;
      };
}

/** What came of one attempt. */
export interface WebhookSettlement {
  readonly eventId: string;
  readonly endpointId: string;
  readonly token: string;
  readonly status: number | null;
  readonly durationMs: number;
  /** Why it does not count as delivered. */
  readonly error: string | null;
  /** `gone`: the endpoint is disabled too. */
  readonly verdict: 'delivered' | 'again' | 'failed' | 'gone';
  /** Until the next attempt, with `again`. */
  readonly delayMs: number | null;
}

export interface WebhookRecord {
  readonly id: string;
  readonly url: string;
  readonly disabledAt: Date | null;
}

export interface WebhookMessageRecord {
  readonly eventId: string;
  readonly type: string;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly dueAt: Date;
  readonly deliveries: readonly {
    readonly attempt: number;
    readonly startedAt: Date;
    readonly status: number | null;
    readonly durationMs: number | null;
    readonly error: string | null;
  }[];
}

/** Webhooks in the record. Due times and leases are measured by the database's clock only. */
export interface WebhookRecords {
  /**
   * Takes messages that are due.
   * @param options.inFlight messages this process is sending, by origin: counted against `perOrigin`
   */
  claim(options: {
    limit: number;
    perOrigin: number;
    inFlight: Readonly<Record<string, number>>;
    leaseMs: number;
  }): Promise<ClaimedMessage[]>;
  settle(settlement: WebhookSettlement): Promise<void>;
  of(owner: WebhookOwner): Promise<WebhookRecord | undefined>;
  messages(endpointId: string): Promise<WebhookMessageRecord[]>;
}
