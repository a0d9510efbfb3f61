import { IntermodalError, showId, type JobState } from '@intermodal/contracts';
import type {
  BatchRecord,
  BatchRecords,
  BatchRowRecord,
  NewBatch,
  NewBatchFile,
  NewBatchRow,
  Plan,
  SubmittedBatchFile,
} from '@intermodal/pipeline';
import { recordUse } from './artifact-use.ts';
import { LAST_ID, type Database } from './database.ts';
import type { StoredPlans } from './plan-rows.ts';
import { keyConflict } from './key-conflict.ts';
import { retry } from './retry.ts';
import { addWebhook } from './webhook-records.ts';

const BATCH = `SELECT b.id, b.pipeline || '@' || g.version AS pipeline, b.state, b.total, b.invalid, b.error, b.metadata,
    b.retry_of AS "retryOf", (SELECT r.id FROM batch r WHERE r.retry_of = b.id) AS "retriedBy",
    b.created_at AS "createdAt", b.finished_at AS "finishedAt", c.started_at AS "startedAt",
    c.queued, c.running, c.completed, c.failed, c.cancelled
  FROM batch b JOIN graph g ON g.sha256 = b.graph CROSS JOIN LATERAL batch_counts(b.id) c`;

const ONE_BATCH = `${BATCH} WHERE b.id = $1 AND b.tenant_id = $2`;

const ROW = `SELECT r.line, r.custom_id AS "customId", r.job_id AS "jobId", j.state, j.output, coalesce(r.error, j.error) AS error
  FROM batch_row r LEFT JOIN job j ON j.id = r.job_id`;

type BatchRow = Omit<BatchRecord, 'jobs'> & Record<JobState, number>;

export function batchRecords(
  database: Database,
  plans: StoredPlans,
  openJobsMax: number | undefined,
): BatchRecords {
  return {
    async submit(batch) {
      const wanted = [batch.plan, ...plansOf(batch.rows)];
      const submitted = await database.transaction(async (query) => {
        for (const plan of wanted) await plans.store(query, plan);
        return submitTo(query, batch, openJobsMax);
      });
      for (const plan of wanted) plans.add(plan);
      return submitted;
    },
    async submitFile(batch) {
      const submitted = await database.transaction(async (query) => {
        await plans.store(query, batch.plan);
        return submitFileTo(query, batch, openJobsMax);
      });
      plans.add(batch.plan);
      return submitted;
    },
    async get(tenantId, batchId) {
      const [row] = await database.read<BatchRow>(tenantId, 'batch_get', ONE_BATCH, [batchId, tenantId]);
      return row && recordOf(row);
    },
    async list(tenantId, { limit, before }) {
      const text = `${BATCH} WHERE b.tenant_id = $1 AND b.id < $2 ORDER BY b.id DESC LIMIT $3`;
      const rows = await database.read<BatchRow>(tenantId, 'batch_list', text, [
        tenantId,
        before ?? LAST_ID,
        limit,
      ]);
      return rows.map(recordOf);
    },
    rows(batchId, { afterLine, limit }) {
      const text = `${ROW} WHERE r.batch_id = $1 AND r.line > $2 ORDER BY r.line LIMIT $3`;
      return database.query<BatchRowRecord>('batch_rows', text, [batchId, afterLine, limit]);
    },
    badRows(batchId, { afterLine, limit }) {
      const text = `${ROW} WHERE r.batch_id = $1 AND r.line > $2 AND coalesce(r.error, j.error) IS NOT NULL ORDER BY r.line LIMIT $3`;
      return database.query<BatchRowRecord>('batch_bad_rows', text, [batchId, afterLine, limit]);
    },
    invalidRows(batchId, limit) {
      const text = `${ROW} WHERE r.batch_id = $1 AND r.job_id IS NULL ORDER BY r.line LIMIT $2`;
      return database.query<BatchRowRecord>('batch_invalid', text, [batchId, limit]);
    },
    async cancel(tenantId, batchId) {
      const [row] = await database.query<{ ended: boolean | null }>(
        'batch_cancel',
        'SELECT cancel_batch($1, $2) AS ended',
        [tenantId, batchId],
      );
      return row!.ended ?? undefined;
    },
    retry: (asked) => retry(database, 'batch', asked, openJobsMax),
  };
}

async function submitTo(query: Database['query'], batch: NewBatch, openJobsMax: number | undefined) {
  const [row] = await query<{
    batch_id: string;
    verdict: 'created' | 'known' | 'conflict';
    waiting: string[];
  }>('submit_batch', 'SELECT * FROM submit_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', [
    batch.id,
    batch.tenantId,
    batch.plan.sha256,
    JSON.stringify(batch.metadata),
    JSON.stringify(batch.rows.map(rowOf)),
    batch.idempotency?.key ?? null,
    batch.idempotency?.sha256 ?? null,
    batch.priority ?? 0,
    batch.deadlineMs ?? null,
    openJobsMax ?? null,
  ]);
  if (row!.verdict === 'conflict') throw keyConflict();
  const created = row!.verdict === 'created';
  const batchId = row!.batch_id;
  if (created)
    await recordUse(
      query,
      batch.rows.flatMap((row) => ('error' in row ? [] : [row])),
    );
  if (created && batch.webhook) await addWebhook(query, batch.tenantId, { batchId }, batch.webhook);
  return { batchId, created, waiting: row!.waiting };
}

async function submitFileTo(
  query: Database['query'],
  batch: NewBatchFile,
  openJobsMax: number | undefined,
): Promise<SubmittedBatchFile> {
  const [row] = await query<{ batch_id: string; verdict: 'created' | 'known' | 'conflict' | 'absent' }>(
    'submit_batch_file',
    'SELECT * FROM submit_batch_file($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)',
    [
      batch.id,
      batch.tenantId,
      batch.plan.sha256,
      JSON.stringify(batch.metadata),
      batch.artifactId,
      batch.total,
      JSON.stringify(batch.plan),
      JSON.stringify(batch.params),
      batch.idempotency?.key ?? null,
      batch.idempotency?.sha256 ?? null,
      batch.priority ?? 0,
      batch.deadlineMs ?? null,
      openJobsMax ?? null,
    ],
  );
  const { batch_id: batchId, verdict } = row!;
  if (verdict === 'conflict') throw keyConflict();
  if (verdict === 'absent') {
    const id = showId('artifact', batch.artifactId);
    throw new IntermodalError('artifact.not_found', `artifact: there is no artifact ${id}.`);
  }
  const created = verdict === 'created';
  if (created && batch.webhook) await addWebhook(query, batch.tenantId, { batchId }, batch.webhook);
  const [accepted] = await query<BatchRow>('batch_accepted', ONE_BATCH, [batchId, batch.tenantId]);
  return { batch: recordOf(accepted!), created };
}

export const rowOf = (row: NewBatchRow): object =>
  'error' in row
    ? { line: row.line, custom_id: row.customId, error: row.error }
    : {
        line: row.line,
        custom_id: row.customId,
        job_id: row.jobId,
        input: row.input,
        params: row.params,
        metadata: row.metadata,
        ...(row.plan && { graph: row.plan.sha256 }),
      };

/** The plans of rows that have one of their own, each once. */
export const plansOf = (rows: readonly NewBatchRow[]): Plan[] => [
  ...new Map(
    rows.flatMap((row) => ('error' in row || !row.plan ? [] : [[row.plan.sha256, row.plan]])),
  ).values(),
];

const recordOf = ({ queued, running, completed, failed, cancelled, ...batch }: BatchRow): BatchRecord => ({
  ...batch,
  jobs: { queued, running, completed, failed, cancelled },
});
