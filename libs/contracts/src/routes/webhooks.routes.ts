import { z } from 'zod';
import { idSchema } from '../id.ts';
import {
  CreateWebhook,
  EVENT_TYPES,
  RotateWebhook,
  UpdateWebhook,
  WebhookEndpointList,
  WebhookEndpointSecret,
  WebhookEndpointView,
  WebhookMessageList,
} from '../webhook-endpoint.ts';
import { WebhookMessageView } from '../webhook.ts';
import type { Route } from './route.ts';

const ById = z.object({ id: idSchema('webhook') });
const OnceOnly = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('The same key with the same request is done once, and answered alike'),
});

const example = {
  id: 'whk_01kb5y7k2wf1x8m3q4z9n6t0vc',
  url: 'https://example.com/hooks/intermodal',
  events: [...EVENT_TYPES],
  description: 'The newsroom',
  concurrency: 4,
  enabled: true,
  disabledBecause: null,
  failures: 0,
  failingSince: null,
  pausedUntil: null,
  formerSecretUntil: null,
  createdAt: '2026-11-23T12:00:00.000Z',
};
const withSecret = { ...example, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw6kZ3kXyYzX0=' };
const message = {
  id: 'evt_01kb5y7k2wf1x8m3q4z9n6t0vc',
  type: 'job.completed',
  status: 'pending',
  nextAttemptAt: '2026-11-23T12:00:05.000Z',
  deliveries: [
    {
      attempt: 1,
      at: '2026-11-23T12:00:00.000Z',
      status: 503,
      ms: 41,
      error: 'It answered 503.',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Intermodal',
        'webhook-id': 'evt_01kb5y7k2wf1x8m3q4z9n6t0vc',
        'webhook-timestamp': '1795435200',
        'webhook-signature': 'v1,K5oZfz…',
      },
      answer: 'We are deploying.',
    },
  ],
};
/** Of the reference, and for those who test against what the API answers. */
export const webhookExamples = { endpoint: example, message };

const webhook = { 'application/json': { schema: WebhookEndpointView, example } };
const secret = { 'application/json': { schema: WebhookEndpointSecret, example: withSecret } };

export const webhookRoutes = {
  createWebhook: {
    method: 'POST',
    path: '/v1/webhooks',
    tag: 'webhooks',
    scope: 'webhooks:manage',
    summary: 'Be told of what happens',
    description:
      'From now on, every event of these types is sent there, signed with the secret in the answer (Standard Webhooks 1.0). ' +
      'The secret is shown in this answer only.',
    headers: OnceOnly,
    body: {
      'application/json': {
        schema: CreateWebhook,
        example: { url: example.url, events: ['job.failed', 'batch.completed'] },
      },
    },
    answers: {
      201: { summary: 'Made', content: secret, headers: { Location: 'The address of the webhook' } },
    },
    errors: ['input.invalid', 'request.invalid', 'idempotency.conflict', 'webhook.limit'],
  },
  listWebhooks: {
    method: 'GET',
    path: '/v1/webhooks',
    tag: 'webhooks',
    scope: 'webhooks:manage',
    summary: 'All webhooks, the oldest first',
    description: 'Those that a job or batch named for itself are shown with it, and not here.',
    answers: {
      200: {
        summary: 'All',
        content: { 'application/json': { schema: WebhookEndpointList, example: { webhooks: [example] } } },
      },
    },
    errors: [],
  },
  getWebhook: {
    method: 'GET',
    path: '/v1/webhooks/:id',
    tag: 'webhooks',
    scope: 'webhooks:manage',
    summary: 'One webhook',
    pathParameters: ById,
    answers: { 200: { summary: 'Found', content: webhook } },
    errors: ['webhook.not_found', 'request.invalid'],
  },
  updateWebhook: {
    method: 'PATCH',
    path: '/v1/webhooks/:id',
    tag: 'webhooks',
    scope: 'webhooks:manage',
    summary: 'Change a webhook, disable it, or enable it again',
    description: 'What is left out stays. Messages on their way go to the new address.',
    pathParameters: ById,
    body: { 'application/json': { schema: UpdateWebhook, example: { enabled: true } } },
    answers: { 200: { summary: 'Changed', content: webhook } },
    errors: ['webhook.not_found', 'input.invalid', 'request.invalid'],
  },
  deleteWebhook: {
    method: 'DELETE',
    path: '/v1/webhooks/:id',
    tag: 'webhooks',
    scope: 'webhooks:manage',
    summary: 'Delete a webhook with its deliveries',
    pathParameters: ById,
    answers: { 204: { summary: 'Deleted; messages on their way are not sent any more' } },
    errors: ['webhook.not_found', 'request.invalid'],
  },
  rotateWebhook: {
    method: 'POST',
    path: '/v1/webhooks/:id/rotate',
    tag: 'webhooks',
    scope: 'webhooks:manage',
    summary: 'Give a webhook another secret',
    description:
      'Until the grace time is over every message carries two signatures, one with each secret. Two are valid at most: a second ' +
      'rotation ends the secret before the last.',
    pathParameters: ById,
    headers: OnceOnly,
    body: { 'application/json': { schema: RotateWebhook, example: { graceSeconds: 86_400 } } },
    answers: { 200: { summary: 'With its new secret', content: secret } },
    errors: ['webhook.not_found', 'input.invalid', 'request.invalid'],
  },
  testWebhook: {
    method: 'POST',
    path: '/v1/webhooks/:id/test',
    tag: 'webhooks',
    scope: 'webhooks:manage',
    summary: 'Send it a message of the type webhook.test',
    pathParameters: ById,
    answers: {
      202: {
        summary: 'On its way',
        content: {
          'application/json': {
            schema: WebhookMessageView,
            example: { ...message, type: 'webhook.test', deliveries: [] },
          },
        },
      },
    },
    errors: ['webhook.not_found', 'webhook.disabled', 'request.invalid'],
  },
  webhookDeliveries: {
    method: 'GET',
    path: '/v1/webhooks/:id/deliveries',
    tag: 'webhooks',
    scope: 'webhooks:manage',
    summary: 'What it was told, and how it answered',
    pathParameters: ById,
    query: z.object({
      status: z.enum(['pending', 'delivered', 'failed']).optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: idSchema('event').optional().describe('`next` of the page before'),
    }),
    answers: {
      200: {
        summary: 'One page',
        content: {
          'application/json': { schema: WebhookMessageList, example: { messages: [message], next: null } },
        },
      },
    },
    errors: ['webhook.not_found', 'request.invalid'],
  },
  redeliverWebhook: {
    method: 'POST',
    path: '/v1/webhooks/:id/deliveries/:messageId/redeliver',
    tag: 'webhooks',
    scope: 'webhooks:manage',
    summary: 'Send a message again, now',
    description:
      'Under the same webhook-id, and by the schedule from its beginning. One that is being sent at this moment stays as it is.',
    pathParameters: z.object({ id: idSchema('webhook'), messageId: idSchema('event') }),
    answers: {
      202: {
        summary: 'On its way',
        content: { 'application/json': { schema: WebhookMessageView, example: message } },
      },
    },
    errors: ['webhook.not_found', 'delivery.not_found', 'webhook.disabled', 'request.invalid'],
  },
} as const satisfies Record<string, Route>;
