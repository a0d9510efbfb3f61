import { newUuid, SCOPE_NAMES, type Scope } from '@intermodal/contracts';
import type { KeyRecords, KeyRow, KnownKey } from '@intermodal/pipeline';
import { LAST_ID, type Database } from './database.ts';

/** The tenant of local mode, made by the first migration. */
export const LOCAL_TENANT = '00000000-0000-7000-8000-000000000001';

const ROW = `id, tenant_id AS "tenantId", name, scopes, created_at AS "createdAt", expires_at AS "expiresAt", last_used_at AS "lastUsedAt",
  revoked_at AS "revokedAt", old_until AS "oldSecretsUntil"`;
const KNOWN = `${ROW}, CASE kind WHEN 'local' THEN ARRAY[sha256] ELSE secrets END AS secrets, requests_per_second AS "requestsPerSecond",
  request_burst AS "requestBurst", (extract(epoch FROM expires_at - clock_timestamp()) * 1000)::float8 AS "leftMs"`;

type Stored<Row extends KeyRow> = Omit<Row, 'scopes'> & { readonly scopes: readonly Scope[] | null };

export function keyRecords(database: Database): KeyRecords {
  const find = async (name: string, where: string, value: unknown): Promise<KnownKey | undefined> => {
    const text = `SELECT ${KNOWN} FROM known_key WHERE ${where}`;
    return withScopes((await database.query<Stored<KnownKey>>(name, text, [value]))[0]);
  };
  const get = async (tenantId: string, keyId: string): Promise<KeyRow | undefined> => {
    const text = `SELECT ${ROW} FROM known_key WHERE id = $1 AND tenant_id = $2`;
    return withScopes((await database.read<Stored<KeyRow>>(tenantId, 'key_get', text, [keyId, tenantId]))[0]);
  };
  return {
    find: (keyId) => find('key_find', `id = $1 AND kind = 'live'`, keyId),
    findLocal: (sha256) => find('key_find_local', `sha256 = $1 AND kind = 'local'`, sha256),
    async ensureLocalKey(keySha256) {
      await database.transaction(async (query) => {
        await query(
          'key_revoke_others',
          `UPDATE api_key SET revoked_at = now()
           WHERE tenant_id = $1 AND kind = 'local' AND name = 'local' AND sha256 <> $2 AND revoked_at IS NULL`,
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
    async used(keyId) {
      await database.query(
        'key_used',
        `UPDATE api_key SET last_used_at = date_trunc('minute', now())
         WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < date_trunc('minute', now()))`,
        [keyId],
      );
    },
    async create({ id, tenantId, name, scopes, secretSha256, expiresAt }) {
      await database.query(
        'key_create',
        `WITH made AS (
           INSERT INTO api_key (id, tenant_id, name, kind, scopes, expires_at) VALUES ($1, $2, $3, 'live', $4, $5) RETURNING id
         )
         INSERT INTO api_key_secret (key_id, sha256) SELECT id, $6 FROM made`,
        [id, tenantId, name, scopes, expiresAt ?? null, secretSha256],
      );
      return (await get(tenantId, id))!;
    },
    get,
    async list(tenantId, { limit, before }) {
      const rows = await database.read<Stored<KeyRow>>(
        tenantId,
        'key_list',
        `SELECT ${ROW} FROM known_key WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
        [tenantId, before ?? LAST_ID, limit],
      );
      return rows.map((row) => withScopes(row)!);
    },
    async rotate(keyId, secretSha256, graceSeconds) {
      const given = [keyId, secretSha256, graceSeconds];
      const rows = await database.query<{ done: boolean }>(
        'key_rotate',
        'SELECT rotate_key($1, $2, $3) AS done',
        given,
      );
      return rows[0]!.done;
    },
    async revoke(keyId) {
      const text = 'UPDATE api_key SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL';
      await database.query('key_revoke', text, [keyId]);
    },
  };
}

/** A scope that this version does not know allows nothing. */
const withScopes = <Row extends KeyRow>(row: Stored<Row> | undefined): Row | undefined =>
  row &&
  ({
    ...row,
    scopes: row.scopes?.filter((one) => SCOPE_NAMES.includes(one)) ?? SCOPE_NAMES,
  } as unknown as Row);
