import { setTimeout as after } from 'node:timers/promises';
import { showId } from '@intermodal/contracts';
import type {
  ClaimedMessage,
  WebhookAnswer,
  WebhookRecords,
  WebhookSecrets,
  WebhookSender,
} from '@intermodal/pipeline';
import type { Logger } from 'pino';
import { nextAttempt } from './next-attempt.ts';
import { webhookBody } from './webhook-body.ts';

export interface DispatcherOptions {
  readonly records: WebhookRecords;
  readonly sender: Pick<WebhookSender, 'send'>;
  readonly secrets: WebhookSecrets;
  readonly log: Logger;
  /** The delay before each attempt, in milliseconds; the first is made at once. */
  readonly schedule: readonly number[];
  readonly pollMs: number;
  /** How long a message is ours; longer than the sender's deadline. */
  readonly leaseMs: number;
  /** Messages under way in this process, at most; 20 when left out. */
  readonly concurrency?: number;
  /** Of them to one origin, so that a slow one holds up nobody else; 4 when left out. */
  readonly perOrigin?: number;
}

/**
 * Tells webhooks what happened. Leaderless, like the sweeper: every worker process claims messages that are due, and rows
 * that another one holds are skipped. Whoever dies with a message in hand loses nothing: when its lease ends, the message is
 * sent again, under the same id. A receiver may so see an id twice, and is told to expect that.
 */
export class WebhookDispatcher {
  readonly #options: DispatcherOptions;
  readonly #stopping = new AbortController();
  readonly #sending = new Set<Promise<void>>();
  readonly #inFlight = new Map<string, number>();
  #wake = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Claims nothing more, and cuts off what is under way: it is due again when its lease ends. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The dispatcher stops.'));
    this.#wake.abort();
    await this.#loop;
    await Promise.all(this.#sending);
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

  async #claim(): Promise<ClaimedMessage[]> {
    const { records, concurrency = 20, perOrigin = 4, leaseMs, log } = this.#options;
    const limit = concurrency - this.#sending.size;
    if (limit <= 0) return [];
    try {
      const inFlight = Object.fromEntries(this.#inFlight);
      return await records.claim({ limit, perOrigin, inFlight, leaseMs });
    } catch (error) {
      log.warn({ err: error }, 'webhook messages could not be claimed');
      return [];
    }
  }

  #begin(message: ClaimedMessage): void {
    const { origin } = message;
    this.#inFlight.set(origin, (this.#inFlight.get(origin) ?? 0) + 1);
    const told = this.#tell(message)
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
        const left = this.#inFlight.get(origin)! - 1;
        if (left === 0) this.#inFlight.delete(origin);
        else this.#inFlight.set(origin, left);
        this.#wake.abort();
      });
    this.#sending.add(told);
  }

  async #tell(message: ClaimedMessage): Promise<void> {
    const { records, schedule, log } = this.#options;
    const answer = await this.#send(message);
    const judged = nextAttempt(message.attempt, answer, schedule, Math.random());
    log[judged.verdict === 'delivered' ? 'debug' : 'info'](
      { event: message.eventId, attempt: message.attempt, status: judged.status, verdict: judged.verdict },
      'webhook attempt',
    );
    const { eventId, endpointId, token } = message;
    await records.settle({ eventId, endpointId, token, ...judged });
  }

  async #send(message: ClaimedMessage): Promise<WebhookAnswer> {
    const { sender, secrets } = this.#options;
    // Signed by another key it would be refused there, and nobody would know why.
    if (message.keyId !== secrets.keyId)
      return {
        status: null,
        durationMs: 0,
        problem: 'INTERMODAL_SECRET_KEY is not the one that this webhook was made with.',
      };
    const { url, endpointId, eventId } = message;
    return sender.send(
      { url, id: showId('event', eventId), body: webhookBody(message), secret: secrets.of(endpointId) },
      this.#stopping.signal,
    );
  }
}
