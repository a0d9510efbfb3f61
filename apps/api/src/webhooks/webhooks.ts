import { Inject, Injectable } from '@nestjs/common';
import {
  IntermodalError,
  newUuid,
  showId,
  type DeliveryList,
  type WebhookRequest,
  type WebhookView,
} from '@intermodal/contracts';
import type { NewWebhook, WebhookOwner, WebhookSecrets } from '@intermodal/pipeline';
import { WEBHOOKS, type WebhookParts } from '../parts.ts';
import { messageView } from './webhook-views.ts';

/** Webhooks of jobs and batches: accepted, shown, and how they were told. */
@Injectable()
export class Webhooks {
  readonly #parts: WebhookParts;
  constructor(@Inject(WEBHOOKS) parts: WebhookParts) {
    this.#parts = parts;
  }

  /** @throws IntermodalError `input.invalid` that names `webhook.url` */
  async accept({ url }: WebhookRequest, signal: AbortSignal): Promise<NewWebhook> {
    const { keyId } = this.secrets('webhook');
    await this.#parts.sender.check(url, 'webhook.url', signal);
    return { id: newUuid(), url, keyId };
  }

  /** @throws IntermodalError `input.invalid` that names `field`, when there is nothing to sign with */
  secrets(field: string): WebhookSecrets {
    const { secrets } = this.#parts;
    if (secrets) return secrets;
    throw new IntermodalError(
      'input.invalid',
      `${field}: this server sends no webhooks, because its INTERMODAL_SECRET_KEY is not set.`,
    );
  }

  /** A new webhook to the same address; none when there was none, or when its receiver has said that it is gone. */
  async again(owner: WebhookOwner, signal: AbortSignal): Promise<NewWebhook | undefined> {
    const webhook = await this.#parts.records.of(owner);
    return webhook && !webhook.disabledAt ? this.accept({ url: webhook.url }, signal) : undefined;
  }

  /**
   * With its secret: for the answer to a submission. A repetition of that submission gets the same answer, since the first
   * one may have been lost on its way.
   */
  async show(owner: WebhookOwner): Promise<WebhookView | undefined> {
    const { records, secrets } = this.#parts;
    const webhook = await records.of(owner);
    return webhook && secrets
      ? { id: showId('webhook', webhook.id), url: webhook.url, secret: secrets.of(webhook.id) }
      : undefined;
  }

  async deliveries(owner: WebhookOwner): Promise<DeliveryList> {
    const { records } = this.#parts;
    const webhook = await records.of(owner);
    if (!webhook) return { webhook: null, messages: [] };
    return {
      webhook: {
        id: showId('webhook', webhook.id),
        url: webhook.url,
        status: webhook.disabledAt ? 'disabled' : 'enabled',
      },
      messages: (await records.messages(webhook.id)).map(messageView),
    };
  }
}
