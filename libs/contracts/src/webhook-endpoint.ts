import { z } from 'zod';
import { idSchema } from './id.ts';
import { WebhookMessageView } from './webhook.ts';

/** What may be told. */
export const EVENT_TYPES = [
  'job.completed',
  'job.failed',
  'job.cancelled',
  'batch.completed',
  'batch.failed',
  'batch.cancelled',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Only ever sent because somebody asked for it, whatever the events of the endpoint. */
export const TEST_EVENT = 'webhook.test';

/** A tenant may have this many; each costs a row for every event it is told of. */
export const WEBHOOK_ENDPOINTS_MAX = 50;

const DAY_SECONDS = 86_400;

const Url = z.string().min(1).max(2_000).describe('Where to POST; https:// in production');
const Events = z
  .array(z.enum(EVENT_TYPES))
  .min(1)
  .max(EVENT_TYPES.length)
  .describe('Of what to tell; everything when left out. A batch also tells of each of its jobs');
const Description = z.string().max(500).describe('For people');
const Concurrency = z.number().int().min(1).max(5).describe('Messages on their way to it at a time');

export const CreateWebhook = z
  .strictObject({
    url: Url,
    events: Events.default([...EVENT_TYPES]),
    description: Description.default(''),
    concurrency: Concurrency.default(4),
  })
  .meta({ id: 'CreateWebhook' });
export type CreateWebhook = z.infer<typeof CreateWebhook>;

export const UpdateWebhook = z
  .strictObject({
    url: Url.optional(),
    events: Events.optional(),
    description: Description.optional(),
    concurrency: Concurrency.optional(),
    enabled: z
      .boolean()
      .optional()
      .describe('false: it is told nothing, and what is on its way ends as failed. true: enabled again'),
  })
  .refine((change) => Object.keys(change).length > 0, 'say what to change')
  .meta({ id: 'UpdateWebhook' });
export type UpdateWebhook = z.infer<typeof UpdateWebhook>;

export const RotateWebhook = z
  .strictObject({
    graceSeconds: z
      .number()
      .int()
      .min(0)
      .max(7 * DAY_SECONDS)
      .default(DAY_SECONDS)
      .describe('How long messages are signed with the former secret, too'),
  })
  .meta({ id: 'RotateWebhook' });
export type RotateWebhook = z.infer<typeof RotateWebhook>;

const Moment = z.iso.datetime();

export const WebhookEndpointView = z
  .object({
    id: idSchema('webhook'),
    url: z.string(),
    events: z.array(z.enum(EVENT_TYPES)),
    description: z.string(),
    concurrency: z.number().int(),
    enabled: z.boolean(),
    disabledBecause: z
      .enum(['asked', 'gone', 'failing'])
      .nullable()
      .describe('asked: by an update. gone: it answered 410. failing: nothing arrived there for days'),
    failures: z.number().int().describe('Attempts that failed since the last one that did not'),
    failingSince: Moment.nullable(),
    pausedUntil: Moment.nullable().describe('After failures, or because it asked for time: nothing is sent'),
    formerSecretUntil: Moment.nullable().describe(
      'Until then the secret before the last rotation signs, too',
    ),
    createdAt: Moment,
  })
  .meta({ id: 'WebhookEndpoint' });
export type WebhookEndpointView = z.infer<typeof WebhookEndpointView>;

export const WebhookEndpointSecret = z
  .object({
    ...WebhookEndpointView.shape,
    secret: z.string().describe('Signs every message (Standard Webhooks). Shown in this answer only'),
  })
  .meta({ id: 'WebhookEndpointSecret' });
export type WebhookEndpointSecret = z.infer<typeof WebhookEndpointSecret>;

export const WebhookEndpointList = z
  .object({ webhooks: z.array(WebhookEndpointView) })
  .meta({ id: 'WebhookEndpointList' });
export type WebhookEndpointList = z.infer<typeof WebhookEndpointList>;

export const WebhookMessageList = z
  .object({
    messages: z.array(WebhookMessageView).describe('The newest first'),
    next: idSchema('event').nullable().describe('The cursor of the next page'),
  })
  .meta({ id: 'WebhookMessageList' });
export type WebhookMessageList = z.infer<typeof WebhookMessageList>;
