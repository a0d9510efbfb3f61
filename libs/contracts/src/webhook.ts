import { z } from 'zod';
import { idSchema } from './id.ts';

/** What a message to a webhook may be, in bytes of JSON. */
export const WEBHOOK_BODY_MAX_BYTES = 20_000;

export const WebhookRequest = z
  .strictObject({ url: z.string().min(1).max(2_000).describe('Where to POST when it has ended') })
  .meta({ id: 'WebhookRequest' });
export type WebhookRequest = z.infer<typeof WebhookRequest>;

export const WebhookView = z
  .object({
    id: idSchema('webhook'),
    url: z.string(),
    secret: z.string().describe('Signs every message (Standard Webhooks). Shown in this answer only'),
  })
  .meta({ id: 'Webhook' });
export type WebhookView = z.infer<typeof WebhookView>;

export const WebhookDeliveryView = z
  .object({
    attempt: z.number().int(),
    at: z.iso.datetime(),
    status: z.number().int().nullable().describe('The HTTP status of the answer, if there was one'),
    ms: z.number().int().nullable().describe('Until the answer'),
    error: z.string().nullable().describe('Why it does not count as delivered'),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .describe('As they were sent; of each signature the first characters only'),
    answer: z.string().optional().describe('The first 1,024 bytes of the body that was answered'),
  })
  .meta({ id: 'WebhookDelivery' });
export type WebhookDeliveryView = z.infer<typeof WebhookDeliveryView>;

export const WebhookMessageView = z
  .object({
    id: idSchema('event').describe('The header webhook-id: the same for every attempt'),
    type: z.string().describe('e.g. job.completed'),
    status: z.enum(['pending', 'delivered', 'failed']),
    nextAttemptAt: z.iso.datetime().nullable(),
    deliveries: z.array(WebhookDeliveryView).describe('Attempts, the first one first; the last 50'),
  })
  .meta({ id: 'WebhookMessage' });
export type WebhookMessageView = z.infer<typeof WebhookMessageView>;

export const DeliveryList = z
  .object({
    webhook: z
      .object({
        id: idSchema('webhook'),
        url: z.string(),
        status: z.enum(['enabled', 'disabled']).describe('disabled: it answered 410'),
      })
      .nullable()
      .describe('null: no webhook was asked for'),
    messages: z.array(WebhookMessageView),
  })
  .meta({ id: 'DeliveryList' });
export type DeliveryList = z.infer<typeof DeliveryList>;

/** What is sent to a webhook: ids and states, no payloads. */
export const WebhookBody = z.object({
  type: z.string(),
  timestamp: z.iso.datetime().describe('When it happened'),
  data: z.record(z.string(), z.unknown()),
});
export type WebhookBody = z.infer<typeof WebhookBody>;
