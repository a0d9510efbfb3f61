import { setTimeout as after } from 'node:timers/promises';
import { showId } from '@intermodal/contracts';
import type {
  BreakerSettings,
  ClaimedMessage,
  WebhookAnswer,
  WebhookRecords,
  WebhookSecrets,
  WebhookSender,
} from '@intermodal/pipeline';
import { parentOfJob, type Span, type SpanOptions, type Tracing } from '@intermodal/telemetry';
import type { Logger } from 'pino';
import { nextAttempt } from './next-attempt.ts';
import { webhookBody } from './webhook-body.ts';

export interface DispatcherOptions {
  readonly records: WebhookRecords;
  readonly sender: Pick<WebhookSender, 'send'>;
  readonly secrets: WebhookSecrets;
  readonly tracing: Tracing;
  readonly log: Logger;
  /** The delay before each attempt, in milliseconds; the first is made at once. */
  readonly schedule: readonly number[];
  readonly pollMs: number;
  /** How long a message is ours without our saying so again. */
  readonly leaseMs: number;
  readonly breaker: BreakerSettings;
  /** A message that found no end in this time ends. */
  readonly keepMs: number;
  /** Messages under way in this process, at most; 128 when left out. */
  readonly concurrency?: number;
}

const TIDY_MS = 60_000;

/**
 * Tells webhooks what happened. Leaderless, like the sweeper: every worker process claims messages that are due, and rows
 * that another one holds are skipped. Whoever dies with a message in hand loses nothing: when its lease ends, the message is
 * sent again, under the same id. A receiver may so see an id twice, and is told to expect that.
 *
 * Nobody is delayed by others: a target gets few messages at a time, over all processes, and none while its breaker is open; and
 * targets that failed or were slow get half of the room here at most.
 */
export class WebhookDispatcher {
  readonly #options: DispatcherOptions;
  readonly #stopping = new AbortController();
  readonly #sending = new Map<Promise<void>, ClaimedMessage>();
  #wake = new AbortController();
  #loops: Promise<unknown> = Promise.resolve();

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  start(): void {
    const { leaseMs, keepMs, records } = this.#options;
    this.#loops = Promise.all([
      this.#run(),
      this.#every(leaseMs / 3, 'webhook messages could not be held', () => this.#hold()),
      this.#every(TIDY_MS, 'webhook messages could not be tidied up', () =>
        records.tidy({ keepMs, limit: 500 }),
      ),
    ]);
  }

  /** Claims nothing more, and cuts off what is under way: it is due again when its lease ends. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The dispatcher stops.'));
    this.#wake.abort();
    await this.#loops;
    await Promise.all(this.#sending.keys());
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#wake = new AbortController();
      const claimed = await this.#claim();
      for (const message of claimed) this.#begin(message);
      // There may be more that is due: asked again as soon as one of these is told.
      const rest = AbortSignal.any([signal, this.#wake.signal]);
      await after(this.#options.pollMs * (0.5 + Math.random()), undefined, { signal: rest }).catch(() => {});
    }
  }

  async #every(intervalMs: number, complaint: string, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await after(intervalMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await work().catch((error: unknown) => this.#options.log.warn({ err: error }, complaint));
    }
  }

  async #hold(): Promise<void> {
    if (this.#sending.size > 0)
      await this.#options.records.hold([...this.#sending.values()], this.#options.leaseMs);
  }

  async #claim(): Promise<ClaimedMessage[]> {
    const { records, concurrency = 128, leaseMs, breaker, log } = this.#options;
    const limit = concurrency - this.#sending.size;
    if (limit <= 0) return [];
    const suspects = [...this.#sending.values()].filter(({ suspect }) => suspect).length;
    try {
      return await records.claim({
        ...{ limit, suspects: Math.max(0, Math.floor(concurrency / 2) - suspects), leaseMs },
        failuresMax: breaker.failuresMax,
      });
    } catch (error) {
      log.warn({ err: error }, 'webhook messages could not be claimed');
      return [];
    }
  }

  #begin(message: ClaimedMessage): void {
    const told = this.#options.tracing
      .span(
        'webhook delivery',
        () => spanOf(message),
        (span) => this.#tell(message, span),
      )
      .catch((error: unknown) => {
        // Its lease ends, and it is sent again.
        if (!this.#stopping.signal.aborted)
          this.#options.log.warn(
            { err: error, event: message.eventId },
            'a webhook attempt was not recorded',
          );
      })
      .finally(() => {
        this.#sending.delete(told);
        this.#wake.abort();
      });
    this.#sending.set(told, message);
  }

  async #tell(message: ClaimedMessage, span: Span): Promise<void> {
    const { records, schedule, breaker, log } = this.#options;
    const answer = await this.#send(message, span);
    const judged = nextAttempt(message.scheduled, answer, schedule, Math.random());
    span.set({
      'intermodal.outcome': judged.verdict,
      ...(answer.status !== null && { 'http.response.status_code': answer.status }),
    });
    if (judged.verdict !== 'delivered')
      span.fail(answer.status === null ? 'no answer' : String(answer.status));
    log[judged.verdict === 'delivered' ? 'debug' : 'info'](
      { event: message.eventId, attempt: message.attempt, status: judged.status, verdict: judged.verdict },
      'webhook attempt',
    );
    const { eventId, endpointId, token } = message;
    await records.settle({ eventId, endpointId, token, ...judged }, breaker);
  }

  async #send(message: ClaimedMessage, span: Span): Promise<WebhookAnswer> {
    const { sender, secrets } = this.#options;
    // Signed by another key it would be refused there, and nobody would know why.
    if (message.keyId !== secrets.keyId)
      return {
        status: null,
        durationMs: 0,
        problem: 'INTERMODAL_SECRET_KEY is not the one that this webhook was made with.',
      };
    const { url, endpointId, eventId, rotations, formerSigns } = message;
    const versions = formerSigns ? [rotations, rotations - 1] : [rotations];
    return sender.send(
      {
        ...{ url, id: showId('event', eventId), body: webhookBody(message) },
        ...(span.traceparent !== '' && { traceparent: span.traceparent }),
        secrets: versions.map((version) => secrets.of(endpointId, version)),
      },
      this.#stopping.signal,
    );
  }
}

const spanOf = ({ about, trace, eventId, type, attempt }: ClaimedMessage): SpanOptions => ({
  kind: 'client',
  parent: 'jobId' in about ? parentOfJob(trace, about.jobId) : null,
  attributes: {
    'intermodal.event.id': showId('event', eventId),
    'intermodal.event.type': type,
    'intermodal.attempt': attempt,
    ...('jobId' in about && { 'intermodal.job.id': showId('job', about.jobId) }),
  },
});
