import type { Fault } from '@intermodal/contracts';
import type {
  JobFilter,
  JobPage,
  JobRecords,
  JobRow,
  NewJob,
  Submitted,
  TaskRow,
} from '@intermodal/pipeline';
import { filesIn, recordUse } from './artifact-use.ts';
import type { Database } from './database.ts';
import { keyConflict } from './key-conflict.ts';
import type { StoredPlans } from './plan-rows.ts';
import { retry } from './retry.ts';
import { addWebhook } from './webhook-records.ts';

const JOB_COLUMNS = `j.id, j.pipeline || '@' || g.version AS pipeline, j.state, j.input, j.params, j.output, j.error, j.metadata, j.batch_id AS "batchId",
  j.retry_of AS "retryOf", (SELECT r.id FROM job r WHERE r.retry_of = j.id) AS "retriedBy",
  j.created_at AS "createdAt", j.started_at AS "startedAt", j.finished_at AS "finishedAt"`;

type ListedRow = JobRow & { readonly fits: boolean; readonly stopped: boolean };

/** Jobs that one page looks at. */
const LOOKED_AT_MOST = 10_000;

/** A worker that was not seen for this long counts as gone. */
const WORKER_SEEN = `interval '30 s'`;

export function jobRecords(
  database: Database,
  plans: StoredPlans,
  openJobsMax: number | undefined,
): JobRecords {
  return {
    async submit(job) {
      // One statement is a transaction.
      if (plans.has(job.plan) && !job.webhook && filesIn(job.input).size === 0)
        return submitTo((...given) => database.query(...given), job, openJobsMax);
      const submitted = await database.transaction(async (query) => {
        await plans.store(query, job.plan);
        return submitTo(query, job, openJobsMax);
      });
      plans.add(job.plan);
      return submitted;
    },
    async get(tenantId, jobId) {
      const text = `SELECT ${JOB_COLUMNS} FROM job j JOIN graph g ON g.sha256 = j.graph WHERE j.id = $1 AND j.tenant_id = $2`;
      return (await database.read<JobRow>(tenantId, 'job_get', text, [jobId, tenantId]))[0];
    },
    list: (tenantId, filter) => list(database, tenantId, filter),
    tasks(jobId, limit) {
      return database.query<TaskRow>(
        'job_tasks',
        `SELECT id, path, stage, state, attempt, kept_from IS NOT NULL AS kept, progress, error, engine, model, device, started_at AS "startedAt",
           finished_at AS "finishedAt" FROM task WHERE job_id = $1 ORDER BY seq LIMIT $2`,
        [jobId, limit],
      );
    },
    async warnings(jobId) {
      const rows = await database.query<{ error: Fault }>(
        'job_warnings',
        `SELECT error || jsonb_build_object('path', path) AS error FROM task
         WHERE job_id = $1 AND state IN ('failed', 'skipped') AND error IS NOT NULL ORDER BY seq LIMIT 20`,
        [jobId],
      );
      return rows.map((row) => row.error);
    },
    async unserved(jobId) {
      const rows = await database.query<{ stage: string }>(
        'job_unserved',
        `SELECT DISTINCT t.stage FROM task t WHERE t.job_id = $1 AND t.state = 'ready' AND NOT EXISTS (
           SELECT 1 FROM worker w WHERE t.stage = ANY (w.stages) AND w.seen_at > now() - ${WORKER_SEEN}) ORDER BY 1`,
        [jobId],
      );
      return rows.map((row) => row.stage);
    },
    async cancel(tenantId, jobId) {
      const rows = await database.query<{ ended: boolean | null }>(
        'job_cancel',
        'SELECT cancel_job($1, $2) AS ended',
        [tenantId, jobId],
      );
      return rows[0]!.ended ?? undefined;
    },
    retry: (asked) => retry(database, 'job', asked, openJobsMax),
  };
}

async function submitTo(
  query: Database['query'],
  job: NewJob,
  openJobsMax: number | undefined,
): Promise<Submitted> {
  const traced = job.trace !== undefined;
  const [row] = await query<{ job_id: string; verdict: 'created' | 'known' | 'conflict'; waiting: string[] }>(
    traced ? 'submit_traced_job' : 'submit_job',
    traced
      ? 'SELECT * FROM submit_traced_job($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)'
      : 'SELECT * FROM submit_job($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
    [
      job.id,
      job.tenantId,
      job.plan.sha256,
      JSON.stringify(job.input),
      JSON.stringify(job.params),
      JSON.stringify(job.metadata),
      job.idempotency?.key ?? null,
      job.idempotency?.sha256 ?? null,
      job.priority ?? 0,
      job.deadlineMs ?? null,
      openJobsMax ?? null,
      ...(traced ? [job.trace] : []),
    ],
  );
  if (row!.verdict === 'conflict') throw keyConflict();
  const created = row!.verdict === 'created';
  const jobId = row!.job_id;
  if (created) await recordUse(query, [{ jobId, input: job.input }]);
  if (created && job.webhook) await addWebhook(query, job.tenantId, { jobId }, job.webhook);
  return { jobId, created, waiting: row!.waiting };
}

/**
 * Ids begin with the time, by the clock of whoever made them: a range of moments is looked for in a wider range of ids, and so by their index.
 */
async function list(database: Database, tenantId: string, filter: JobFilter): Promise<JobPage> {
  const { limit } = filter;
  const rows = await database.read<ListedRow>(
    tenantId,
    'job_list',
    // Row by row: without statistics, PostgreSQL would rather join all jobs of the tenant.
    `SELECT f.fits, f.stopped, ${JOB_COLUMNS} FROM list_jobs($1, $2, $3, $4, $5, first_id($6::timestamptz - interval '1 h'),
       least($7::uuid, first_id($8::timestamptz + interval '1 h')), $6, $8, $9, $10) f
     CROSS JOIN LATERAL (SELECT * FROM job j WHERE j.id = f.id AND j.tenant_id = $1 OFFSET 0) j JOIN graph g ON g.sha256 = j.graph
     ORDER BY j.id DESC`,
    [
      ...[tenantId, filter.state ?? null, filter.pipeline ?? null, filter.batchId ?? null],
      ...[filter.metadata ? JSON.stringify(filter.metadata) : null, filter.from ?? null],
      // One more than is shown tells whether there is a next page.
      ...[filter.before ?? null, filter.until ?? null, limit + 1, LOOKED_AT_MOST],
    ],
  );
  const jobs = rows.filter(({ fits }) => fits).map(({ fits: _, stopped: __, ...job }) => job);
  const page = jobs.slice(0, limit);
  if (jobs.length > limit) return { jobs: page, next: page.at(-1)!.id };
  const last = rows.find(({ stopped }) => stopped);
  return { jobs: page, ...(last && { next: last.id }) };
}
