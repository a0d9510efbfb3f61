import { isArtifactRef, parseId } from '@intermodal/contracts';
import type { Database } from './database.ts';

/**
 * Writes down which files new jobs name, so that these stay for as long as the jobs. The lock makes whoever deletes old
 * files see it, or skip the file.
 */
export async function recordUse(
  query: Database['query'],
  jobs: readonly { readonly jobId: string; readonly input: unknown }[],
): Promise<void> {
  const uses = jobs.flatMap(({ jobId, input }) =>
    [...filesIn(input)].map((artifactId) => ({ jobId, artifactId })),
  );
  if (uses.length === 0) return;
  await query(
    'artifact_use',
    `WITH kept AS (SELECT a.id FROM artifact a WHERE a.id = ANY ($2) FOR KEY SHARE)
     INSERT INTO artifact_use (job_id, artifact_id)
     SELECT u.job_id, k.id FROM unnest($1::uuid[], $2::uuid[]) u(job_id, artifact_id) JOIN kept k ON k.id = u.artifact_id`,
    [uses.map(({ jobId }) => jobId), uses.map(({ artifactId }) => artifactId)],
  );
}

/** The uuids of what a value names. */
export function filesIn(value: unknown, files = new Set<string>()): Set<string> {
  if (value === null || typeof value !== 'object') return files;
  const id = isArtifactRef(value) ? parseId('artifact', value.id) : undefined;
  if (id !== undefined) files.add(id);
  else for (const inner of Object.values(value)) filesIn(inner, files);
  return files;
}
