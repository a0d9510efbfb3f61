/** What an endpoint made of a message. */
export type WebhookAnswer = {
  readonly durationMs: number;
  /** Headers as they were sent, of each signature the first characters only; left out when nothing was sent. */
  readonly request?: Readonly<Record<string, string>>;
} & (
  | {
      readonly status: number;
      readonly retryAfterMs?: number;
      /** The first bytes of the body. */
      readonly body?: string;
    }
  /** No answer: one sentence says why. */
  | { readonly status: null; readonly problem: string }
);

export interface OutgoingMessage {
  readonly url: string;
  /** The header webhook-id: the same for every attempt. */
  readonly id: string;
  /** JSON. */
  readonly body: string;
  /** `whsec_…`; each makes a signature. */
  readonly secrets: readonly string[];
  /** The header of that name (W3C Trace Context); none where it is left out. */
  readonly traceparent?: string;
}

/** Sends to addresses that users gave: never to one that is not theirs to reach. */
export interface WebhookSender {
  /**
   * Whether messages may be sent there, as far as can be told now.
   * @throws IntermodalError `input.invalid` that names `field`
   */
  check(url: string, field: string, signal: AbortSignal): Promise<void>;
  /** One signed attempt. Rejects only when the signal aborts. */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<WebhookAnswer>;
}

/** Secrets are derived from one key of the settings, and stored nowhere. */
export interface WebhookSecrets {
  /** Of the key, to notice that it was changed. */
  readonly keyId: string;
  /**
   * @param endpointId a uuid
   * @param rotations how often it was changed; 0 when left out
   */
  of(endpointId: string, rotations?: number): string;
}
