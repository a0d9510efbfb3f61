import type { Retried, Retry } from '@intermodal/pipeline';
import type { Database } from './database.ts';
import { addWebhook } from './webhook-records.ts';

interface RetriedRow {
  readonly id: string;
  readonly verdict: 'created' | 'known' | 'refused' | null;
  readonly waiting: string[];
}

/** Of a job or of a batch: see their records. */
export function retry(
  database: Database,
  kind: 'job' | 'batch',
  { tenantId, of, id, webhook, trace }: Retry,
  openJobsMax: number | undefined,
): Promise<Retried | 'refused' | undefined> {
  return database.transaction(async (query) => {
    const text = `SELECT ${kind}_id AS id, verdict, waiting FROM retry_${kind}($1, $2, $3, $4)`;
    const [row] = await query<RetriedRow>(`retry_${kind}`, text, [
      ...[tenantId, of, id],
      openJobsMax ?? null,
    ]);
    const verdict = row!.verdict;
    if (verdict === null) return undefined;
    if (verdict === 'refused') return verdict;
    const created = verdict === 'created';
    const owner = kind === 'job' ? { jobId: id } : { batchId: id };
    if (created && webhook) await addWebhook(query, tenantId, owner, webhook);
    if (created && trace !== undefined && kind === 'job')
      await query('trace_job', 'SELECT trace_job($1, $2)', [id, trace]);
    return { id: row!.id, created, waiting: row!.waiting };
  });
}
