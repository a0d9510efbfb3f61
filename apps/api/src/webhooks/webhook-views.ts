import {
  EVENT_TYPES,
  showId,
  type WebhookEndpointView,
  type WebhookMessageView,
} from '@intermodal/contracts';
import type { EndpointRecord, WebhookMessageRecord } from '@intermodal/pipeline';

export const endpointView = (record: EndpointRecord): WebhookEndpointView => ({
  id: showId('webhook', record.id),
  url: record.url,
  events: [...(record.events ?? EVENT_TYPES)],
  description: record.description,
  concurrency: record.concurrency,
  enabled: record.disabledAt === null,
  disabledBecause: record.disabledBecause,
  failures: record.failures,
  failingSince: record.failingSince?.toISOString() ?? null,
  pausedUntil: record.pausedUntil?.toISOString() ?? null,
  formerSecretUntil: record.formerUntil?.toISOString() ?? null,
  createdAt: record.createdAt.toISOString(),
});

export const messageView = (message: WebhookMessageRecord): WebhookMessageView => ({
  id: showId('event', message.eventId),
  type: message.type,
  status: message.state,
  nextAttemptAt: message.state === 'pending' ? message.dueAt.toISOString() : null,
  deliveries: message.deliveries.map(({ startedAt, durationMs, request, answer, ...delivery }) => ({
    ...delivery,
    at: startedAt.toISOString(),
    ms: durationMs,
    ...(request && { headers: request }),
    ...(answer !== null && { answer }),
  })),
});
