import type { AuditRecords, AuditRow } from '@intermodal/pipeline';
import { LAST_ID, type Database } from './database.ts';

export function auditRecords(database: Database): AuditRecords {
  return {
    async begin({ id, tenantId, keyId, operation, target, requestId }) {
      await database.query(
        'audit_begin',
        'INSERT INTO audit (id, tenant_id, key_id, operation, target, request_id) VALUES ($1, $2, $3, $4, $5, $6)',
        [id, tenantId, keyId, operation, target, requestId],
      );
    },
    async finish(id, { status, outcome, target }) {
      await database.query(
        'audit_finish',
        'UPDATE audit SET status = $2, outcome = $3, target = coalesce(target, $4) WHERE id = $1',
        [id, status, outcome, target ?? null],
      );
    },
    list: (tenantId, { limit, before }) =>
      database.read<AuditRow>(
        tenantId,
        'audit_list',
        `SELECT a.id, a.key_id AS "keyId", k.name AS "keyName", a.operation, a.target, a.request_id AS "requestId", a.status, a.outcome,
           a.created_at AS "createdAt"
         FROM audit a LEFT JOIN api_key k ON k.id = a.key_id
         WHERE a.tenant_id = $1 AND a.id < $2 ORDER BY a.id DESC LIMIT $3`,
        [tenantId, before ?? LAST_ID, limit],
      ),
  };
}
