import { parseId } from '@intermodal/contracts';
import type { ClaimedTask, Delivery, Settlement, SettlementResult, TaskRecords } from '@intermodal/pipeline';
import type { Database } from './database.ts';

interface ResultRow {
  readonly kind: 'fenced' | 'ready' | 'changed';
  readonly task_id: string;
  readonly stage: string;
  readonly attempt: number;
  readonly job_id: string;
}

/** Tasks that one sweep looks at, at most. */
const SWEEP_LIMIT = 500;

/** @param options.leaseMs how long a claim or a heartbeat holds a task */
export function taskRecords(database: Database, options: { leaseMs: number }): TaskRecords {
  return {
    claim: (taskIds, workerId) =>
      database.query<ClaimedTask>(
        'claim_tasks',
        `SELECT id, job_id AS "jobId", tenant_id AS "tenantId", path, stage, attempt, token, input, params,
           timeout_ms AS "timeoutMs", iterated FROM claim_tasks($1, $2, $3)`,
        [taskIds, workerId, options.leaseMs],
      ),
    async heartbeat(worker, leases) {
      await database.query(
        'worker_seen',
        `INSERT INTO worker (id, pool, stages, engines) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET seen_at = now(), engines = excluded.engines`,
        [worker.id, worker.pool, worker.stages, JSON.stringify(worker.engines)],
      );
      if (leases.length === 0) return [];
      const rows = await database.query<{ id: string }>(
        'beat_tasks',
        'SELECT beat_tasks($1, $2, $3, $4) AS id',
        [
          leases.map((lease) => lease.taskId),
          leases.map((lease) => lease.token),
          leases.map((lease) => lease.progress),
          options.leaseMs,
        ],
      );
      return rows.map((row) => row.id);
    },
    async settle(settlements) {
      const rows = await database.query<ResultRow>('settle_tasks', 'SELECT * FROM settle_tasks($1)', [
        JSON.stringify(settlements.map(withUuids)),
      ]);
      return resultOf(rows);
    },
    async sweep() {
      return resultOf(await database.query<ResultRow>('sweep', 'SELECT * FROM sweep($1)', [SWEEP_LIMIT]));
    },
    async leave(workerId) {
      await database.query('worker_leave', 'DELETE FROM worker WHERE id = $1', [workerId]);
    },
  };
}

const withUuids = (settlement: Settlement): object =>
  settlement.outcome === 'completed'
    ? {
        ...settlement,
        artifacts: settlement.artifacts.map((ref) => ({ ...ref, uuid: parseId('artifact', ref.id) })),
      }
    : settlement;

function resultOf(rows: readonly ResultRow[]): SettlementResult {
  const fenced: string[] = [];
  const ready: Delivery[] = [];
  const changedJobs: string[] = [];
  for (const row of rows) {
    if (row.kind === 'fenced') fenced.push(row.task_id);
    else if (row.kind === 'ready')
      ready.push({ taskId: row.task_id, stage: row.stage, attempt: row.attempt });
    else changedJobs.push(row.job_id);
  }
  return { fenced, ready, changedJobs };
}
