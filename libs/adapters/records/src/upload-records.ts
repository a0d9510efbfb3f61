import { parseId } from '@intermodal/contracts';
import type { UploadRecord, UploadRecords } from '@intermodal/pipeline';
import type { Database } from './database.ts';

const UPLOAD = `SELECT id, tenant_id AS "tenantId", name, media_type AS "mediaType", bytes, sha256, part_bytes AS "partBytes", handle, secret,
    CASE WHEN state = 'open' AND expires_at < clock_timestamp() THEN 'expired' ELSE state END AS state, expires_at AS "expiresAt" FROM upload`;

type UploadRow = Omit<UploadRecord, 'bytes' | 'partBytes'> & {
  readonly bytes: string;
  readonly partBytes: string;
};

export function uploadRecords(database: Database): UploadRecords {
  return {
    async add(upload) {
      await database.query(
        'upload_add',
        `INSERT INTO upload (id, tenant_id, name, media_type, bytes, sha256, part_bytes, handle, secret, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp() + make_interval(secs => $10 / 1000.0))`,
        [
          ...[upload.id, upload.tenantId, upload.name ?? null, upload.mediaType, upload.bytes],
          ...[upload.sha256 ?? null, upload.partBytes, upload.handle, upload.secret, upload.expiresInMs],
        ],
      );
    },
    async get(tenantId, id) {
      const text = `${UPLOAD} WHERE id = $1 AND tenant_id = $2`;
      return recordOf((await database.query<UploadRow>('upload_get', text, [id, tenantId]))[0]);
    },
    async find(id) {
      return recordOf((await database.query<UploadRow>('upload_find', `${UPLOAD} WHERE id = $1`, [id]))[0]);
    },
    async complete(tenantId, { id, mediaType, sha256 }) {
      const [row] = await database.query<{ state: UploadRecord['state'] }>(
        'upload_complete',
        'SELECT complete_upload($1, $2, $3, $4) AS state',
        [parseId('artifact', id), tenantId, mediaType, sha256],
      );
      return row!.state;
    },
    async end(tenantId, id, as) {
      const text = `UPDATE upload SET state = $3 WHERE id = $1 AND tenant_id = $2 AND state = 'open'`;
      await database.query('upload_end', text, [id, tenantId, as]);
    },
  };
}

const recordOf = (row: UploadRow | undefined): UploadRecord | undefined =>
  row && { ...row, bytes: Number(row.bytes), partBytes: Number(row.partBytes) };
