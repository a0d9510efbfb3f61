import type { WebhookEndpointView, WebhookMessageView } from '@intermodal/client';
import { EVENT_TYPES } from '@intermodal/contracts';

/** One line for a list. */
export const webhookLine = (webhook: WebhookEndpointView): string =>
  [webhook.id, stateOf(webhook), webhook.url, eventsOf(webhook), webhook.description]
    .filter((part) => part !== '')
    .join('  ');

/** All that can be said of one. */
export function webhookText(webhook: WebhookEndpointView): string[] {
  const rows: [string, string | null][] = [
    ['id', webhook.id],
    ['url', webhook.url],
    ['state', stateOf(webhook)],
    ['events', eventsOf(webhook)],
    ['description', webhook.description || null],
    ['at a time', String(webhook.concurrency)],
    ['failures', webhook.failures > 0 ? `${webhook.failures}, since ${webhook.failingSince}` : null],
    ['paused until', webhook.pausedUntil],
    ['both secrets', webhook.formerSecretUntil && `until ${webhook.formerSecretUntil}`],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(12)} ${value}`]));
}

/** A message, and a line for each attempt. */
export function messageLines({ id, type, status, nextAttemptAt, deliveries }: WebhookMessageView): string[] {
  const next = nextAttemptAt === null ? '' : `, next attempt ${nextAttemptAt}`;
  return [
    `${id}  ${type}  ${status}${next}`,
    ...deliveries.map(({ attempt, at, status: answered, ms, error }) => {
      const outcome = error ?? (answered === null ? 'under way' : `It answered ${answered}.`);
      return `  ${attempt}  ${at}  ${ms === null ? '' : `${ms} ms  `}${outcome}`;
    }),
  ];
}

const stateOf = ({ enabled, disabledBecause, pausedUntil }: WebhookEndpointView): string => {
  if (!enabled) return `disabled (${disabledBecause})`;
  return pausedUntil === null ? 'enabled' : 'paused';
};

const eventsOf = ({ events }: WebhookEndpointView): string =>
  events.length === EVENT_TYPES.length ? 'all events' : events.join(',');
