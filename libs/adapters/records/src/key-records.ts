import { newUuid } from '@intermodal/contracts';
import type { KeyRecords } from '@intermodal/pipeline';
import type { Database } from './database.ts';

/** The tenant of local mode, made by the first migration. */
export const LOCAL_TENANT = '00000000-0000-7000-8000-000000000001';

export function keyRecords(database: Database): KeyRecords {
  return {
    async tenantOf(keySha256) {
      const [row] = await database.query<{ tenant_id: string }>(
        'key_tenant',
        'SELECT tenant_id FROM api_key WHERE sha256 = $1 AND revoked_at IS NULL',
        [keySha256],
      );
      return row?.tenant_id;
    },
    async ensureLocalKey(keySha256) {
      await database.transaction(async (query) => {
        await query(
          'key_revoke_others',
          `UPDATE api_key SET revoked_at = now() WHERE tenant_id = $1 AND name = 'local' AND sha256 <> $2 AND revoked_at IS NULL`,
          [LOCAL_TENANT, keySha256],
        );
        await query(
          'key_ensure',
          `INSERT INTO api_key (id, tenant_id, name, sha256) VALUES ($1, $2, 'local', $3)
           ON CONFLICT (sha256) DO UPDATE SET revoked_at = NULL`,
          [newUuid(), LOCAL_TENANT, keySha256],
        );
      });
    },
  };
}
