import type { ErrorCode, EventType, JobState } from '@intermodal/contracts';

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

/** What a message tells of. It is final, so that every attempt says the same. */
export interface WebhookEvent {
  readonly eventId: string;
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
      }
    /** A test. */
    | { readonly webhookId: string };
}

/** A message that this process may send until its lease ends. */
export interface ClaimedMessage extends WebhookEvent {
  readonly endpointId: string;
  readonly token: string;
  /** Claims so far, this one included. */
  readonly attempt: number;
  /** The same, since it was last asked to be sent again: what the schedule goes by. */
  readonly scheduled: number;
  /** The last attempt there failed, or was slow. */
  readonly suspect: boolean;
  readonly url: string;
  readonly keyId: string;
  readonly rotations: number;
  /** Whether the secret before the last rotation signs, too. */
  readonly formerSigns: boolean;
  /** W3C traceparent of the span that submitted the job that it is about; null where there is none. */
  readonly trace: string | null;
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
  /** Headers as they were sent; null when nothing was. */
  readonly request: Readonly<Record<string, string>> | null;
  /** The first bytes of what was answered. */
  readonly answer: string | null;
  /** `gone`: the endpoint is disabled too. */
  readonly verdict: 'delivered' | 'again' | 'failed' | 'gone';
  /** Until the next attempt, with `again`. */
  readonly delayMs: number | null;
  /** For which the endpoint wants to be left alone. */
  readonly pauseMs: number;
}

/** When an endpoint is left alone. */
export interface BreakerSettings {
  /** Failures in a row after which nothing more is sent for a while. */
  readonly failuresMax: number;
  /** The first such while; doubled up to 32 times. */
  readonly pauseMs: number;
  /** An endpoint is disabled that failed for so long without a break. */
  readonly disableMs: number;
}

export interface WebhookRecord {
  readonly id: string;
  readonly url: string;
  readonly disabledAt: Date | null;
  readonly rotations: number;
}

/** An endpoint with all that can be said of it. */
export interface EndpointRecord extends WebhookRecord {
  readonly events: readonly EventType[] | null;
  readonly description: string;
  readonly concurrency: number;
  readonly disabledBecause: 'asked' | 'gone' | 'failing' | null;
  readonly formerUntil: Date | null;
  readonly failures: number;
  readonly failingSince: Date | null;
  readonly pausedUntil: Date | null;
  readonly createdAt: Date;
}

export interface NewEndpoint extends NewWebhook {
  readonly tenantId: string;
  readonly events: readonly EventType[];
  readonly description: string;
  readonly concurrency: number;
  readonly idempotency?: { readonly key: string; readonly sha256: string };
}

export interface EndpointChange {
  readonly url?: string | undefined;
  readonly events?: readonly EventType[] | undefined;
  readonly description?: string | undefined;
  readonly concurrency?: number | undefined;
  readonly enabled?: boolean | undefined;
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
    readonly request: Readonly<Record<string, string>> | null;
    readonly answer: string | null;
  }[];
}

/** Endpoints that stand for all events of their tenant. Another tenant's is not there. */
export interface EndpointRecords {
  /** @throws IntermodalError `idempotency.conflict`, `webhook.limit` */
  create(endpoint: NewEndpoint): Promise<string>;
  list(tenantId: string): Promise<EndpointRecord[]>;
  /** @param options.any also one that a job or batch named for itself */
  get(
    tenantId: string,
    id: string,
    options?: { readonly any?: boolean },
  ): Promise<EndpointRecord | undefined>;
  /** False when there is no such endpoint; so are the others. */
  update(tenantId: string, id: string, change: EndpointChange): Promise<boolean>;
  delete(tenantId: string, id: string): Promise<boolean>;
  rotate(
    tenantId: string,
    id: string,
    options: {
      readonly keyId: string;
      readonly graceMs: number;
      readonly idempotencyKey?: string | undefined;
    },
  ): Promise<boolean>;
  /** Returns the event. */
  test(id: string): Promise<string>;
  redeliver(id: string, eventId: string): Promise<boolean>;
  /** The newest first. */
  messages(
    id: string,
    page: {
      readonly limit: number;
      readonly before?: string;
      readonly state?: WebhookMessageRecord['state'];
      readonly eventId?: string;
    },
  ): Promise<WebhookMessageRecord[]>;
}

/** Webhooks in the record. Due times and leases are measured by the database's clock only. */
export interface WebhookRecords {
  /**
   * Takes messages that are due: of every target one before a second one of any.
   * @param options.suspects of them, at most so many for targets that failed or were slow
   */
  claim(options: {
    limit: number;
    suspects: number;
    leaseMs: number;
    failuresMax: number;
  }): Promise<ClaimedMessage[]>;
  /** Says that these are still being sent. */
  hold(
    messages: readonly Pick<ClaimedMessage, 'eventId' | 'endpointId' | 'token'>[],
    leaseMs: number,
  ): Promise<void>;
  settle(settlement: WebhookSettlement, breaker: BreakerSettings): Promise<void>;
  /** Ends what no attempt would end, and removes what was deleted. */
  tidy(options: { readonly keepMs: number; readonly limit: number }): Promise<void>;
  of(owner: WebhookOwner): Promise<WebhookRecord | undefined>;
  messages(endpointId: string): Promise<WebhookMessageRecord[]>;
  readonly endpoints: EndpointRecords;
}
