import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  IntermodalError,
  newUuid,
  parseId,
  showId,
  type CreateWebhook,
  type RotateWebhook,
  type UpdateWebhook,
  type WebhookEndpointSecret,
} from '@intermodal/contracts';
import type { EndpointRecord, EndpointRecords, WebhookMessageRecord } from '@intermodal/pipeline';
import { WEBHOOKS, type WebhookParts } from '../parts.ts';
import { endpointView } from './webhook-views.ts';
import { Webhooks } from './webhooks.ts';

/** Webhooks that stand for all events of their tenant. */
@Injectable()
export class Endpoints {
  readonly #parts: WebhookParts;
  readonly #webhooks: Webhooks;
  readonly #records: EndpointRecords;
  constructor(@Inject(WEBHOOKS) parts: WebhookParts, @Inject(Webhooks) webhooks: Webhooks) {
    this.#parts = parts;
    this.#webhooks = webhooks;
    this.#records = parts.records.endpoints;
  }

  async create(
    tenantId: string,
    asked: CreateWebhook,
    key: string | undefined,
    signal: AbortSignal,
  ): Promise<WebhookEndpointSecret> {
    const secrets = this.#webhooks.secrets('url');
    await this.#parts.sender.check(asked.url, 'url', signal);
    const sha256 = createHash('sha256').update(JSON.stringify(asked)).digest('hex');
    const id = await this.#records.create({
      ...{ ...asked, id: newUuid(), tenantId, keyId: secrets.keyId },
      ...(key !== undefined && { idempotency: { key, sha256 } }),
    });
    return this.#withSecret(await this.find(tenantId, showId('webhook', id)));
  }

  list = (tenantId: string): Promise<EndpointRecord[]> => this.#records.list(tenantId);

  async update(
    tenantId: string,
    shown: string,
    change: UpdateWebhook,
    signal: AbortSignal,
  ): Promise<EndpointRecord> {
    const { id } = await this.find(tenantId, shown);
    if (change.url !== undefined) await this.#parts.sender.check(change.url, 'url', signal);
    await this.#records.update(tenantId, id, change);
    return this.find(tenantId, shown);
  }

  async delete(tenantId: string, shown: string): Promise<void> {
    const { id } = await this.find(tenantId, shown);
    await this.#records.delete(tenantId, id);
  }

  async rotate(
    tenantId: string,
    shown: string,
    { graceSeconds }: RotateWebhook,
    idempotencyKey: string | undefined,
  ): Promise<WebhookEndpointSecret> {
    const { id } = await this.find(tenantId, shown);
    const { keyId } = this.#webhooks.secrets('id');
    await this.#records.rotate(tenantId, id, { keyId, graceMs: graceSeconds * 1000, idempotencyKey });
    return this.#withSecret(await this.find(tenantId, shown));
  }

  async test(tenantId: string, shown: string): Promise<WebhookMessageRecord> {
    const { id } = this.#enabled(await this.find(tenantId, shown));
    return this.#message(id, await this.#records.test(id));
  }

  async redeliver(tenantId: string, shown: string, messageId: string): Promise<WebhookMessageRecord> {
    const endpoint = await this.find(tenantId, shown, { any: true });
    const eventId = parseId('event', messageId);
    const [known] = eventId ? await this.#records.messages(endpoint.id, { limit: 1, eventId }) : [];
    if (!known)
      throw new IntermodalError(
        'delivery.not_found',
        `The webhook ${shown} was never told of ${messageId}: GET /v1/webhooks/${shown}/deliveries shows what it was told.`,
      );
    const { id } = this.#enabled(endpoint);
    await this.#records.redeliver(id, known.eventId);
    return this.#message(id, known.eventId);
  }

  /** @throws IntermodalError `webhook.not_found` */
  async find(tenantId: string, shown: string, options?: { readonly any: boolean }): Promise<EndpointRecord> {
    const id = parseId('webhook', shown);
    const record = id && (await this.#records.get(tenantId, id, options));
    if (record) return record;
    throw new IntermodalError('webhook.not_found', `There is no webhook ${shown}.`);
  }

  messages = (
    id: string,
    page: Parameters<EndpointRecords['messages']>[1],
  ): Promise<WebhookMessageRecord[]> => this.#records.messages(id, page);

  #enabled(record: EndpointRecord): EndpointRecord {
    if (record.disabledAt === null) return record;
    const shown = showId('webhook', record.id);
    throw new IntermodalError(
      'webhook.disabled',
      `The webhook ${shown} is disabled (${record.disabledBecause ?? 'asked'}): enable it first, with PATCH /v1/webhooks/${shown} and {"enabled": true}.`,
    );
  }

  async #message(id: string, eventId: string): Promise<WebhookMessageRecord> {
    const [message] = await this.#records.messages(id, { limit: 1, eventId });
    if (!message) throw new IntermodalError('internal.bug', `The message of event ${eventId} is not there.`);
    return message;
  }

  #withSecret(record: EndpointRecord): WebhookEndpointSecret {
    return {
      ...endpointView(record),
      secret: this.#webhooks.secrets('id').of(record.id, record.rotations),
    };
  }
}
