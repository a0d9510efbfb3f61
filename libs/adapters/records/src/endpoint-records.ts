import { IntermodalError, WEBHOOK_ENDPOINTS_MAX } from '@intermodal/contracts';
import type { EndpointRecord, EndpointRecords } from '@intermodal/pipeline';
import type { Database } from './database.ts';
import { keyConflict } from './key-conflict.ts';
import { messagesOf } from './webhook-messages.ts';

const ENDPOINT = `SELECT w.id, w.url, w.types AS events, w.description, w.concurrency, w.disabled_at AS "disabledAt",
    w.disabled_because AS "disabledBecause", w.rotations,
    CASE WHEN w.former_until > clock_timestamp() THEN w.former_until END AS "formerUntil", w.created_at AS "createdAt",
    coalesce(b.failures, 0) AS failures, b.failing_since AS "failingSince",
    CASE WHEN b.open_until > clock_timestamp() THEN b.open_until END AS "pausedUntil"
  FROM webhook_endpoint w LEFT JOIN webhook_breaker b ON b.target = w.target
  WHERE w.tenant_id = $1 AND w.deleted_at IS NULL`;
const STANDING = 'w.job_id IS NULL AND w.batch_id IS NULL';

export function endpointRecords(database: Database): EndpointRecords {
  const decide = async <Result>(name: string, values: readonly unknown[]): Promise<Result> => {
    const places = values.map((_, i) => `$${i + 1}`).join(', ');
    const [row] = await database.query<{ result: Result }>(
      name,
      `SELECT ${name}(${places}) AS result`,
      values,
    );
    return row!.result;
  };
  return {
    async create({ id, tenantId, url, events, description, concurrency, keyId, idempotency }) {
      const given = [id, tenantId, url, events, description, concurrency, keyId];
      const [row] = await database.query<{
        id: string;
        verdict: 'created' | 'known' | 'conflict' | 'limit';
      }>('create_webhook', 'SELECT * FROM create_webhook($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', [
        ...given,
        idempotency?.key ?? null,
        idempotency?.sha256 ?? null,
        WEBHOOK_ENDPOINTS_MAX,
      ]);
      if (row!.verdict === 'conflict') throw keyConflict();
      if (row!.verdict === 'limit')
        throw new IntermodalError(
          'webhook.limit',
          `There are ${WEBHOOK_ENDPOINTS_MAX} webhooks already, as many as there may be: delete one that is not needed.`,
        );
      return row!.id;
    },
    list(tenantId) {
      const text = `${ENDPOINT} AND ${STANDING} ORDER BY w.id`;
      return database.query<EndpointRecord>('webhook_list', text, [tenantId]);
    },
    async get(tenantId, id, { any = false } = {}) {
      const text = `${ENDPOINT} AND w.id = $2 AND ($3 OR ${STANDING})`;
      const [row] = await database.query<EndpointRecord>('webhook_get', text, [tenantId, id, any]);
      return row;
    },
    update(tenantId, id, { url, events, description, concurrency, enabled }) {
      const change = [url, events, description, concurrency, enabled].map((value) => value ?? null);
      return decide('update_webhook', [tenantId, id, ...change]);
    },
    delete: (tenantId, id) => decide('delete_webhook', [tenantId, id]),
    async rotate(tenantId, id, { keyId, graceMs, idempotencyKey }) {
      const given = [tenantId, id, keyId, graceMs, idempotencyKey ?? null];
      return (await decide<boolean | null>('rotate_webhook', given)) !== null;
    },
    test: (id) => decide('test_webhook', [id]),
    redeliver: (id, eventId) => decide('redeliver_webhook', [id, eventId]),
    messages: (id, page) => messagesOf(database, id, page),
  };
}
