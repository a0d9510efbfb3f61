import { parseId, showId, type ArtifactRef } from '@intermodal/contracts';
import type { ArtifactRecords } from '@intermodal/pipeline';
import { filesIn } from './artifact-use.ts';
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
      const [row] = await database.query<ArtifactRow>(
        'artifact_get',
        'SELECT id, media_type, bytes, sha256, name FROM artifact WHERE id = $1 AND tenant_id = $2',
        [artifactId, tenantId],
      );
      return row && refOf(row);
    },
    getMany: (tenantId, artifactIds) => getMany(database, tenantId, artifactIds),
    async lineage(tenantId, artifactId) {
      const text = 'SELECT * FROM artifact_lineage($1, $2)';
      const [row] = await database.query<LineageRow>('artifact_lineage', text, [tenantId, artifactId]);
      if (!row) return undefined;
      const sources = [...filesIn(row.input)];
      const known = await getMany(database, tenantId, [artifactId, ...sources]);
      const artifact = known.get(artifactId);
      if (!artifact) return undefined;
      const { created_at: createdAt, task_id: id, job_id: jobId, input: _, ...task } = row;
      return {
        ...{ artifact, createdAt },
        task: id === null ? undefined : { id, jobId, ...task },
        from: sources.flatMap((source) => known.get(source) ?? []),
      };
    },
  };
}

interface LineageRow {
  readonly created_at: Date;
  readonly task_id: string | null;
  readonly job_id: string;
  readonly pipeline: string;
  readonly path: string;
  readonly stage: string;
  readonly engine: string | null;
  readonly model: string | null;
  readonly device: string | null;
  readonly input: unknown;
  readonly params: Readonly<Record<string, unknown>>;
}

async function getMany(
  database: Database,
  tenantId: string,
  artifactIds: readonly string[],
): Promise<Map<string, ArtifactRef>> {
  const rows = await database.query<ArtifactRow>(
    'artifact_get_many',
    'SELECT id, media_type, bytes, sha256, name FROM artifact WHERE id = ANY ($1) AND tenant_id = $2',
    [artifactIds, tenantId],
  );
  return new Map(rows.map((row) => [row.id, refOf(row)]));
}

const refOf = (row: ArtifactRow): ArtifactRef => ({
  id: showId('artifact', row.id),
  mediaType: row.media_type,
  bytes: Number(row.bytes),
  sha256: row.sha256,
  ...(row.name === null ? {} : { name: row.name }),
});
