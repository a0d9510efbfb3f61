import type {
  ClaimedMessage,
  NewWebhook,
  WebhookOwner,
  WebhookRecord,
  WebhookRecords,
} from '@intermodal/pipeline';
import type { Database } from './database.ts';
import { endpointRecords } from './endpoint-records.ts';
import { messagesOf } from './webhook-messages.ts';

type ClaimedRow = Omit<ClaimedMessage, 'about'> & {
  readonly job: object | null;
  readonly batch: object | null;
  readonly webhookId: string | null;
};

const CLAIM = `SELECT c.event_id AS "eventId", c.endpoint_id AS "endpointId", c.token, c.attempt, c.scheduled, c.suspect, w.url,
    w.key_id AS "keyId", w.rotations, coalesce(w.former_until > clock_timestamp(), false) AS "formerSigns",
    e.type, e.created_at AS "occurredAt", e.endpoint_id AS "webhookId",
    (SELECT j.trace FROM job j WHERE j.id = e.job_id) AS trace,
    (SELECT jsonb_build_object('jobId', j.id, 'batchId', j.batch_id, 'pipeline', j.pipeline || '@' || g.version,
       'state', j.state, 'errorCode', j.error -> 'code') FROM job j JOIN graph g ON g.sha256 = j.graph WHERE j.id = e.job_id) AS job,
    (SELECT jsonb_build_object('batchId', b.id, 'pipeline', b.pipeline || '@' || g.version, 'state', b.state,
       'counts', jsonb_build_object('total', b.total, 'completed', n.completed, 'failed', n.failed, 'cancelled', n.cancelled,
         'invalid', b.invalid))
     FROM batch b JOIN graph g ON g.sha256 = b.graph CROSS JOIN LATERAL batch_counts(b.id) n WHERE b.id = e.batch_id) AS batch
  FROM claim_webhook_messages($1, $2, $3, $4) c JOIN webhook_endpoint w ON w.id = c.endpoint_id JOIN event e ON e.id = c.event_id`;

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
    async claim({ limit, suspects, leaseMs, failuresMax }) {
      const given = [limit, suspects, leaseMs, failuresMax];
      const rows = await database.query<ClaimedRow>('claim_webhook_messages', CLAIM, given);
      return rows.map(({ job, batch, webhookId, ...row }) => ({
        ...row,
        about: (job ?? batch ?? { webhookId }) as ClaimedMessage['about'],
      }));
    },
    async hold(messages, leaseMs) {
      await database.query('hold_webhook_messages', 'SELECT hold_webhook_messages($1, $2, $3, $4)', [
        messages.map(({ eventId }) => eventId),
        messages.map(({ endpointId }) => endpointId),
        messages.map(({ token }) => token),
        leaseMs,
      ]);
    },
    async settle(settlement, breaker) {
      await database.query(
        'settle_webhook_message',
        'SELECT settle_webhook_message($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
        [
          settlement.eventId,
          settlement.endpointId,
          settlement.token,
          settlement.status,
          Math.round(settlement.durationMs),
          settlement.error,
          settlement.request && JSON.stringify(settlement.request),
          settlement.answer,
          settlement.verdict,
          settlement.delayMs === null ? null : Math.round(settlement.delayMs),
          Math.round(settlement.pauseMs),
          breaker.failuresMax,
          breaker.pauseMs,
          breaker.disableMs,
        ],
      );
    },
    async tidy({ keepMs, limit }) {
      await database.query('end_stale_messages', 'SELECT end_stale_messages($1, $2)', [keepMs, limit]);
    },
    async of(owner) {
      const [row] = await database.query<WebhookRecord>(
        'jobId' in owner ? 'webhook_of_job' : 'webhook_of_batch',
        `SELECT id, url, disabled_at AS "disabledAt", rotations FROM webhook_endpoint
         WHERE ${'jobId' in owner ? 'job_id' : 'batch_id'} = $1`,
        ['jobId' in owner ? owner.jobId : owner.batchId],
      );
      return row;
    },
    messages: (endpointId) => messagesOf(database, endpointId, { limit: 100 }),
    endpoints: endpointRecords(database),
  };
}

const idsOf = (owner: WebhookOwner): [string | null, string | null] =>
  'jobId' in owner ? [owner.jobId, null] : [null, owner.batchId];
