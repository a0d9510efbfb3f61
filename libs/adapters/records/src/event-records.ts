import type { EventRecords, JobNow, TaskChange } from '@intermodal/pipeline';
import type { Database } from './database.ts';

export function eventRecords(database: Database): EventRecords {
  return {
    async jobNow(tenantId, jobId) {
      const text = `SELECT pg_current_snapshot()::text AS now, state, error, started_at AS "startedAt", finished_at AS "finishedAt"
        FROM job WHERE id = $1 AND tenant_id = $2`;
      return (await database.read<JobNow>(tenantId, 'job_now', text, [jobId, tenantId]))[0];
    },
    taskChanges(jobId, { seen, now, after, limit }) {
      const text = `SELECT seq::text, id, path, stage, state, attempt, kept_from IS NOT NULL AS kept, progress, error, engine, model, device, items,
        started_at AS "startedAt", finished_at AS "finishedAt" FROM task_changes($1, $2::text::pg_snapshot, $3::text::pg_snapshot, $4, $5)`;
      return database.query<TaskChange>('task_changes', text, [jobId, seen ?? null, now, after, limit]);
    },
  };
}
