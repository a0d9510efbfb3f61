import type {
  ClaimedMessage,
  NewWebhook,
  WebhookMessageRecord,
  WebhookOwner,
  WebhookRecord,
  WebhookRecords,
} from '@intermodal/pipeline';
import type { Database } from './database.ts';

type ClaimedRow = Omit<ClaimedMessage, 'about'> & {
  readonly job: object | null;
  readonly batch: object | null;
};

/** Within the transaction that made the job or batch. */
export async function addWebhook(
  query: Database['query'],
  tenantId: string,
  owner: WebhookOwner,
  webhook: NewWebhook,
): Promise<void> {
  await query('add_webhook', 'SELECT add_webhook($1, $2, $3, $4, $5, $6, $7)', [
    webhook.id,
    tenantId,
    ...idsOf(owner),
    webhook.url,
    new URL(webhook.url).origin,
    webhook.keyId,
  ]);
}

export function webhookRecords(database: Database): WebhookRecords {
  return {
    async claim({ limit, perOrigin, inFlight, leaseMs }) {
      const rows = await database.query<ClaimedRow>(
        'claim_webhooks',
        `SELECT c.event_id AS "eventId", c.endpoint_id AS "endpointId", c.token, c.attempt, c.url, c.origin, c.key_id AS "keyId",
           c.type, c.occurred_at AS "occurredAt",
           (SELECT jsonb_build_object('jobId', j.id, 'batchId', j.batch_id, 'pipeline', j.pipeline || '@' || g.version,
              'state', j.state, 'errorCode', j.error -> 'code') FROM job j JOIN graph g ON g.sha256 = j.graph WHERE j.id = c.job_id) AS job,
           (SELECT jsonb_build_object('batchId', b.id, 'pipeline', b.pipeline || '@' || g.version, 'state', b.state,
              'counts', jsonb_build_object('total', b.total, 'completed', n.completed, 'failed', n.failed, 'cancelled', n.cancelled,
                'invalid', b.invalid))
            FROM batch b JOIN graph g ON g.sha256 = b.graph CROSS JOIN LATERAL batch_counts(b.id) n WHERE b.id = c.batch_id) AS batch
         FROM claim_webhooks($1, $2, $3, $4) c`,
        [limit, perOrigin, JSON.stringify(inFlight), leaseMs],
      );
      return rows.map(({ job, batch, ...row }) => ({
        ...row,
        about: (job ?? batch) as ClaimedMessage['about'],
      }));
    },
    async settle(settlement) {
      await database.query('settle_webhook', 'SELECT settle_webhook($1, $2, $3, $4, $5, $6, $7, $8)', [
        settlement.eventId,
        settlement.endpointId,
        settlement.token,
        settlement.status,
        Math.round(settlement.durationMs),
        settlement.error,
        settlement.verdict,
        settlement.delayMs === null ? null : Math.round(settlement.delayMs),
      ]);
    },
    async of(owner) {
      const [row] = await database.query<WebhookRecord>(
        'jobId' in owner ? 'webhook_of_job' : 'webhook_of_batch',
        `SELECT id, url, disabled_at AS "disabledAt" FROM webhook_endpoint
         WHERE ${'jobId' in owner ? 'job_id' : 'batch_id'} = $1`,
        ['jobId' in owner ? owner.jobId : owner.batchId],
      );
      return row;
    },
    messages(endpointId) {
      return database
        .query<WebhookMessageRecord>(
          'webhook_messages',
          `SELECT m.event_id AS "eventId", e.type, m.state, m.due_at AS "dueAt", coalesce((
           SELECT jsonb_agg(jsonb_build_object('attempt', d.attempt, 'startedAt', d.started_at, 'status', d.status,
             'durationMs', d.duration_ms, 'error', d.error) ORDER BY d.attempt)
           FROM webhook_delivery d WHERE d.event_id = m.event_id AND d.endpoint_id = m.endpoint_id), '[]') AS deliveries
         FROM webhook_message m JOIN event e ON e.id = m.event_id WHERE m.endpoint_id = $1 ORDER BY m.event_id LIMIT 100`,
          [endpointId],
        )
        .then((rows) =>
          rows.map((row) => ({
            ...row,
            deliveries: row.deliveries.map((one) => ({ ...one, startedAt: new Date(one.startedAt) })),
          })),
        );
    },
  };
}

const idsOf = (owner: WebhookOwner): [string | null, string | null] =>
  'jobId' in owner ? [owner.jobId, null] : [null, owner.batchId];
