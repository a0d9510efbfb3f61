import { Controller, Inject, Req, Res } from '@nestjs/common';
import {
  CreateWebhook,
  IntermodalError,
  parseId,
  RotateWebhook,
  showId,
  UpdateWebhook,
  type WebhookEndpointList,
  type WebhookEndpointSecret,
  type WebhookEndpointView,
  type WebhookMessageList,
  type WebhookMessageView,
} from '@intermodal/contracts';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { parseJson, readText } from '../http/body.ts';
import { Operation } from '../http/operation.ts';
import { faultsOf, readRequest, sentenceOf } from '../http/read-request.ts';
import { clientGone, type ApiRequest } from '../http/request.ts';
import { Endpoints } from './endpoints.ts';
import { endpointView, messageView } from './webhook-views.ts';

@Controller()
export class WebhooksController {
  readonly #endpoints: Endpoints;
  constructor(@Inject(Endpoints) endpoints: Endpoints) {
    this.#endpoints = endpoints;
  }

  @Operation('createWebhook')
  async create(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookEndpointSecret> {
    const { headers } = readRequest('createWebhook', request);
    const asked = await read(CreateWebhook, request);
    const made = await this.#endpoints.create(
      request.tenantId,
      asked,
      headers['idempotency-key'],
      clientGone(reply),
    );
    void reply.header('location', `/v1/webhooks/${made.id}`);
    return made;
  }

  @Operation('listWebhooks')
  async list(@Req() request: ApiRequest): Promise<WebhookEndpointList> {
    return { webhooks: (await this.#endpoints.list(request.tenantId)).map(endpointView) };
  }

  @Operation('getWebhook')
  async get(@Req() request: ApiRequest): Promise<WebhookEndpointView> {
    const { path } = readRequest('getWebhook', request);
    return endpointView(await this.#endpoints.find(request.tenantId, path.id, { any: true }));
  }

  @Operation('updateWebhook')
  async update(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookEndpointView> {
    const { path } = readRequest('updateWebhook', request);
    const change = await this.#read(UpdateWebhook, request, path.id);
    return endpointView(await this.#endpoints.update(request.tenantId, path.id, change, clientGone(reply)));
  }

  @Operation('deleteWebhook')
  async delete(@Req() request: ApiRequest): Promise<void> {
    const { path } = readRequest('deleteWebhook', request);
    await this.#endpoints.delete(request.tenantId, path.id);
  }

  @Operation('rotateWebhook')
  async rotate(@Req() request: ApiRequest): Promise<WebhookEndpointSecret> {
    const { path, headers } = readRequest('rotateWebhook', request);
    const asked = await this.#read(RotateWebhook, request, path.id);
    return this.#endpoints.rotate(request.tenantId, path.id, asked, headers['idempotency-key']);
  }

  @Operation('testWebhook')
  async test(@Req() request: ApiRequest): Promise<WebhookMessageView> {
    const { path } = readRequest('testWebhook', request);
    return messageView(await this.#endpoints.test(request.tenantId, path.id));
  }

  @Operation('webhookDeliveries')
  async deliveries(@Req() request: ApiRequest): Promise<WebhookMessageList> {
    const { path, query } = readRequest('webhookDeliveries', request);
    const { id } = await this.#endpoints.find(request.tenantId, path.id, { any: true });
    const before = query.cursor === undefined ? undefined : parseId('event', query.cursor);
    // One more than is shown tells whether there is a next page.
    const rows = await this.#endpoints.messages(id, {
      limit: query.limit + 1,
      ...(before !== undefined && { before }),
      ...(query.status && { state: query.status }),
    });
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      messages: page.map(messageView),
      next: rows.length > page.length && last ? showId('event', last.eventId) : null,
    };
  }

  @Operation('redeliverWebhook')
  async redeliver(@Req() request: ApiRequest): Promise<WebhookMessageView> {
    const { path } = readRequest('redeliverWebhook', request);
    return messageView(await this.#endpoints.redeliver(request.tenantId, path.id, path.messageId));
  }

  /** What is asked of an endpoint that is there. */
  async #read<Schema extends z.ZodType>(schema: Schema, request: ApiRequest, id: string) {
    await this.#endpoints.find(request.tenantId, id);
    return read(schema, request);
  }
}

/** A body of JSON; none is `{}`. */
async function read<Schema extends z.ZodType>(
  schema: Schema,
  request: ApiRequest,
): Promise<z.output<Schema>> {
  const text = await readText(request);
  const parsed = schema.safeParse(text.trim() === '' ? {} : parseJson(text));
  if (parsed.success) return parsed.data;
  throw new IntermodalError('input.invalid', sentenceOf(parsed.error.issues, 'body'), {
    details: faultsOf(parsed.error.issues, 'body'),
  });
}
