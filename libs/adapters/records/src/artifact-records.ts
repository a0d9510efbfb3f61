import { parseId, showId, type ArtifactRef } from '@intermodal/contracts';
import type { ArtifactRecords } from '@intermodal/pipeline';
import type { Database } from './database.ts';

interface ArtifactRow {
  readonly id: string;
  readonly media_type: string;
  readonly bytes: string;
  readonly sha256: string;
  readonly name: string | null;
}

export function artifactRecords(database: Database): ArtifactRecords {
  return {
    async add(tenantId, artifact) {
      await database.query(
        'artifact_add',
        `INSERT INTO artifact (id, tenant_id, media_type, bytes, sha256, name) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO NOTHING`,
        [
          parseId('artifact', artifact.id),
          tenantId,
          artifact.mediaType,
          artifact.bytes,
          artifact.sha256,
          artifact.name ?? null,
        ],
      );
    },
    async get(tenantId, artifactId) {
      const [row] = await database.read<ArtifactRow>(
        tenantId,
        'artifact_get',
        'SELECT id, media_type, bytes, sha256, name FROM artifact WHERE id = $1 AND tenant_id = $2',
        [artifactId, tenantId],
      );
      return row && refOf(row);
    },
    async getMany(tenantId, artifactIds) {
      const rows = await database.read<ArtifactRow>(
        tenantId,
        'artifact_get_many',
        'SELECT id, media_type, bytes, sha256, name FROM artifact WHERE id = ANY ($1) AND tenant_id = $2',
        [artifactIds, tenantId],
      );
      return new Map(rows.map((row) => [row.id, refOf(row)]));
    },
  };
}

const refOf = (row: ArtifactRow): ArtifactRef => ({
  id: showId('artifact', row.id),
  mediaType: row.media_type,
  bytes: Number(row.bytes),
  sha256: row.sha256,
  ...(row.name === null ? {} : { name: row.name }),
});
