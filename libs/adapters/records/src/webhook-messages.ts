import type { EndpointRecords, WebhookMessageRecord } from '@intermodal/pipeline';
import { FIRST_ID, LAST_ID, type Database } from './database.ts';

const IN_PAGE = 'm.endpoint_id = $1 AND m.event_id < $2 AND m.event_id BETWEEN $3 AND $4';

/** A plan for each: of the few that are pending or failed there are indexes. */
const FOUND: Readonly<Record<'all' | WebhookMessageRecord['state'], string>> = {
  all: `webhook_message m WHERE ${IN_PAGE}`,
  delivered: `webhook_message m WHERE ${IN_PAGE} AND m.state = 'delivered'`,
  failed: `webhook_message m WHERE ${IN_PAGE} AND m.state = 'failed'`,
  pending: `(SELECT p.* FROM webhook_endpoint w CROSS JOIN LATERAL (
      SELECT p.* FROM webhook_message p WHERE p.target = w.target AND p.state = 'pending' ORDER BY p.target, p.due_at OFFSET 0) p
    WHERE w.id = $1) m WHERE ${IN_PAGE}`,
};

const messages = (
  found: string,
): string => `SELECT m.event_id AS "eventId", e.type, m.state, m.due_at AS "dueAt", coalesce((
    SELECT jsonb_agg(jsonb_build_object('attempt', d.attempt, 'startedAt', d.started_at, 'status', d.status,
      'durationMs', d.duration_ms, 'error', d.error, 'request', d.request, 'answer', d.answer) ORDER BY d.attempt)
    FROM (SELECT * FROM webhook_delivery d WHERE d.event_id = m.event_id AND d.endpoint_id = m.endpoint_id
      ORDER BY d.event_id, d.endpoint_id, d.attempt DESC LIMIT 50) d), '[]') AS deliveries
  FROM (SELECT * FROM ${found} ORDER BY m.endpoint_id, m.event_id DESC LIMIT $5) m JOIN event e ON e.id = m.event_id ORDER BY m.event_id DESC`;

/** What an endpoint was told, the newest first. */
export async function messagesOf(
  database: Database,
  endpointId: string,
  { before, state, eventId, limit }: Parameters<EndpointRecords['messages']>[1],
): Promise<WebhookMessageRecord[]> {
  const found = state ?? 'all';
  const given = [endpointId, before ?? LAST_ID, eventId ?? FIRST_ID, eventId ?? LAST_ID, limit];
  const rows = await database.query<WebhookMessageRecord>(
    `webhook_messages_${found}`,
    messages(FOUND[found]),
    given,
  );
  return rows.map((row) => ({
    ...row,
    deliveries: row.deliveries.map((one) => ({ ...one, startedAt: new Date(one.startedAt) })),
  }));
}
