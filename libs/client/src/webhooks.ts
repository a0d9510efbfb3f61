import type { AnswerOf, CreateWebhook, QueryOf, UpdateWebhook } from '@intermodal/contracts';
import type { z } from 'zod';
import type { Transport } from './transport.ts';

type Options = { readonly signal?: AbortSignal };
type OnceOnly = Options & {
  /** The same key with the same request is done once. A random one is sent when left out. */
  readonly idempotencyKey?: string;
};
type Endpoint = AnswerOf<'getWebhook'>;
type Message = AnswerOf<'redeliverWebhook'>;

/** Where you are told of what happens. Messages are checked with `verifyWebhook`. */
export class Webhooks {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The answer has the secret; no later one does. */
  create(webhook: z.input<typeof CreateWebhook>, options: OnceOnly = {}): Promise<AnswerOf<'createWebhook'>> {
    return this.#post('/v1/webhooks', webhook, options);
  }

  list(options: Options = {}): Promise<AnswerOf<'listWebhooks'>> {
    return this.#transport.json({ method: 'GET', path: '/v1/webhooks', repeatable: true, ...options });
  }

  get(id: string, options: Options = {}): Promise<Endpoint> {
    return this.#transport.json({ method: 'GET', path: `/v1/webhooks/${id}`, repeatable: true, ...options });
  }

  update(id: string, change: UpdateWebhook, options: Options = {}): Promise<Endpoint> {
    return this.#transport.json({
      method: 'PATCH',
      path: `/v1/webhooks/${id}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(change),
      repeatable: true,
      ...options,
    });
  }

  /** Deleting what is not there any more is no fault. */
  async delete(id: string, options: Options = {}): Promise<void> {
    await this.#transport.call({
      method: 'DELETE',
      path: `/v1/webhooks/${id}`,
      repeatable: true,
      ...options,
    });
  }

  /** Another secret. Until the grace time is over each message has a signature of the former one, too. */
  rotate(
    id: string,
    { graceSeconds, ...options }: OnceOnly & { readonly graceSeconds?: number } = {},
  ): Promise<AnswerOf<'rotateWebhook'>> {
    return this.#post(
      `/v1/webhooks/${id}/rotate`,
      graceSeconds === undefined ? {} : { graceSeconds },
      options,
    );
  }

  /** Sends a message of the type webhook.test there. */
  test(id: string, options: Options = {}): Promise<Message> {
    return this.#transport.json({
      method: 'POST',
      path: `/v1/webhooks/${id}/test`,
      repeatable: false,
      ...options,
    });
  }

  /** What it was told, the newest first, one page. */
  deliveries(
    id: string,
    filter: QueryOf<'webhookDeliveries'> = {},
    options: Options = {},
  ): Promise<AnswerOf<'webhookDeliveries'>> {
    return this.#transport.json({
      method: 'GET',
      path: `/v1/webhooks/${id}/deliveries`,
      query: filter,
      repeatable: true,
      ...options,
    });
  }

  /** Sends a message again, now, under the id that it has. */
  redeliver(id: string, messageId: string, options: Options = {}): Promise<Message> {
    return this.#transport.json({
      method: 'POST',
      path: `/v1/webhooks/${id}/deliveries/${messageId}/redeliver`,
      repeatable: true,
      ...options,
    });
  }

  #post<Answer>(path: string, body: unknown, { idempotencyKey, ...options }: OnceOnly): Promise<Answer> {
    return this.#transport.json({
      method: 'POST',
      path,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey ?? crypto.randomUUID(),
      },
      body: JSON.stringify(body),
      repeatable: true,
      ...options,
    });
  }
}
