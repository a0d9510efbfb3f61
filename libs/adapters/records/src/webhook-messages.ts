import type { EndpointRecords, WebhookMessageRecord } from '@intermodal/pipeline';
import type { Database } from './database.ts';

const MESSAGES = `SELECT m.event_id AS "eventId", e.type, m.state, m.due_at AS "dueAt", coalesce((
    SELECT jsonb_agg(jsonb_build_object('attempt', d.attempt, 'startedAt', d.started_at, 'status', d.status,
      'durationMs', d.duration_ms, 'error', d.error, 'request', d.request, 'answer', d.answer) ORDER BY d.attempt)
    FROM (SELECT * FROM webhook_delivery d WHERE d.event_id = m.event_id AND d.endpoint_id = m.endpoint_id
      ORDER BY d.event_id, d.endpoint_id, d.attempt DESC LIMIT 50) d), '[]') AS deliveries
  FROM webhook_message m JOIN event e ON e.id = m.event_id
  WHERE m.endpoint_id = $1 AND ($2::uuid IS NULL OR m.event_id < $2) AND ($3::text IS NULL OR m.state = $3)
    AND ($4::uuid IS NULL OR m.event_id = $4)
  ORDER BY m.endpoint_id, m.event_id DESC LIMIT $5`;

/** What an endpoint was told, the newest first. */
export async function messagesOf(
  database: Database,
  endpointId: string,
  { before, state, eventId, limit }: Parameters<EndpointRecords['messages']>[1],
): Promise<WebhookMessageRecord[]> {
  const given = [endpointId, before ?? null, state ?? null, eventId ?? null, limit];
  const rows = await database.query<WebhookMessageRecord>('webhook_messages', MESSAGES, given);
  return rows.map((row) => ({
    ...row,
    deliveries: row.deliveries.map((one) => ({ ...one, startedAt: new Date(one.startedAt) })),
  }));
}
