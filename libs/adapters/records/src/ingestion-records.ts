import { newUuid } from '@intermodal/contracts';
import type { Ingestion, IngestionRecords, Plan } from '@intermodal/pipeline';
import { recordUse } from './artifact-use.ts';
import { plansOf, rowOf } from './batch-records.ts';
import { storePlan } from './plan-rows.ts';
import type { Database } from './database.ts';

interface IngestionRow {
  readonly batch_id: string;
  readonly tenant_id: string;
  readonly token: string;
  readonly artifact_id: string;
  readonly bytes: string;
  readonly plan: Plan;
  readonly params: Record<string, unknown>;
  readonly next_byte: string;
  readonly line: number;
  readonly tries: number;
}

export function ingestionRecords(
  database: Database,
  { leaseMs, openJobsMax }: { leaseMs: number; openJobsMax: number | undefined },
): IngestionRecords {
  return {
    leaseMs,
    async take() {
      const text = 'SELECT * FROM take_ingestion($1, $2)';
      const [row] = await database.query<IngestionRow>('take_ingestion', text, [newUuid(), leaseMs]);
      return row && ingestionOf(row);
    },
    async customIds(batchId) {
      const rows = await database.query<{ custom_id: string; line: number }>(
        'batch_custom_ids',
        'SELECT r.custom_id, min(r.line) AS line FROM batch_row r WHERE r.batch_id = $1 AND r.custom_id IS NOT NULL GROUP BY r.custom_id',
        [batchId],
      );
      return new Map(rows.map((row) => [row.custom_id, row.line]));
    },
    async hold({ batchId, token }) {
      const text = 'SELECT hold_ingestion($1, $2, $3) AS held';
      const [row] = await database.query<{ held: boolean }>('hold_ingestion', text, [
        batchId,
        token,
        leaseMs,
      ]);
      return row!.held;
    },
    add: ({ batchId, token }, { rows, nextByte, line, last }) =>
      database.transaction(async (query) => {
        for (const plan of plansOf(rows)) await storePlan(query, plan);
        const [row] = await query<{ held: boolean; waiting: string[] }>(
          'ingest_rows',
          'SELECT * FROM ingest_rows($1, $2, $3, $4, $5, $6, $7, $8)',
          [
            batchId,
            token,
            JSON.stringify(rows.map(rowOf)),
            nextByte,
            line,
            last,
            leaseMs,
            openJobsMax ?? null,
          ],
        );
        if (!row!.held) return undefined;
        await recordUse(
          query,
          rows.flatMap((one) => ('error' in one ? [] : [one])),
        );
        return row!.waiting;
      }),
    async leave({ batchId, token }, pauseMs) {
      const text = 'SELECT leave_ingestion($1, $2, $3)';
      await database.query('leave_ingestion', text, [batchId, token, pauseMs]);
    },
    async fail({ batchId, token }, error) {
      const text = 'SELECT fail_ingestion($1, $2, $3)';
      await database.query('fail_ingestion', text, [batchId, token, JSON.stringify(error)]);
    },
  };
}

const ingestionOf = (row: IngestionRow): Ingestion => ({
  batchId: row.batch_id,
  tenantId: row.tenant_id,
  token: row.token,
  artifactId: row.artifact_id,
  bytes: Number(row.bytes),
  plan: row.plan,
  params: row.params,
  nextByte: Number(row.next_byte),
  line: row.line,
  tries: row.tries,
});
