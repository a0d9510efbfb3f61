import { parseId } from '@intermodal/contracts';
import type {
  Admitted,
  ClaimedTask,
  DeliveredTask,
  Settlement,
  SettlementResult,
  Swept,
  TaskRecords,
} from '@intermodal/pipeline';
import type { Database } from './database.ts';

interface ClaimedRow {
  readonly id: string;
  readonly job_id: string;
  readonly tenant_id: string;
  readonly path: string;
  readonly stage: string;
  readonly attempt: number;
  readonly token: string;
  readonly input: Record<string, unknown>;
  readonly params: Record<string, unknown>;
  readonly timeout_ms: number;
  readonly iterated: string[];
}

type SettledRow =
  | { readonly kind: 'fenced'; readonly task_id: string }
  | { readonly kind: 'claimed'; readonly body: ClaimedRow }
  | { readonly kind: 'waiting'; readonly stage: string }
  | { readonly kind: 'changed'; readonly job_id: string };

interface SweptRow {
  readonly kind: 'waiting' | 'again' | 'expired' | 'changed';
  readonly stage: string;
  readonly tasks: number;
  readonly job_id: string;
}

interface AdmittedRow {
  readonly task_id: string | null;
  readonly attempt: number;
  readonly chunk: number;
}

/** Tasks that one sweep looks at, at most. */
const SWEEP_LIMIT = 500;
/** Tasks of one stage in Redis, at most. */
const WINDOW_MAX = 2_000;

/** @param options.leaseMs how long a claim or a heartbeat holds a task */
export function taskRecords(database: Database, options: { leaseMs: number }): TaskRecords {
  return {
    async claim(taskIds, workerId) {
      const text = 'SELECT * FROM claim_tasks($1, $2, $3)';
      const rows = await database.query<ClaimedRow>('claim_tasks', text, [
        taskIds,
        workerId,
        options.leaseMs,
      ]);
      return rows.map(claimedOf);
    },
    async heartbeat(worker, leases) {
      await database.query(
        'worker_seen',
        `INSERT INTO worker (id, pool, stages, slots, engines) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET seen_at = now(), engines = excluded.engines`,
        [worker.id, worker.pool, worker.stages, worker.slots, JSON.stringify(worker.engines)],
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
    async settle(settlements, taker) {
      const text = 'SELECT * FROM settle_tasks($1, $2, $3, $4)';
      const rows = await database.query<SettledRow>('settle_tasks', text, [
        JSON.stringify(settlements.map(withUuids)),
        taker?.workerId ?? null,
        options.leaseMs,
        taker ? JSON.stringify(taker.room) : null,
      ]);
      return settledOf(rows);
    },
    async admit(stage) {
      const text = 'SELECT * FROM admit_tasks($1, $2)';
      return admittedOf(
        stage,
        await database.query<AdmittedRow>('admit_tasks', text, [stage, WINDOW_MAX]),
      );
    },
    async tellPace(meanMs) {
      await database.query('tell_pace', 'SELECT tell_pace($1, $2)', [
        Object.keys(meanMs),
        Object.values(meanMs),
      ]);
    },
    async sweep() {
      return sweptOf(await database.query<SweptRow>('sweep', 'SELECT * FROM sweep($1)', [SWEEP_LIMIT]));
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

const claimedOf = ({ job_id, tenant_id, timeout_ms, ...row }: ClaimedRow): ClaimedTask => ({
  ...row,
  jobId: job_id,
  tenantId: tenant_id,
  timeoutMs: timeout_ms,
});

function settledOf(rows: readonly SettledRow[]): SettlementResult {
  const result = {
    fenced: [] as string[],
    claimed: [] as ClaimedTask[],
    waiting: [] as string[],
    changedJobs: [] as string[],
  };
  for (const row of rows) {
    if (row.kind === 'fenced') result.fenced.push(row.task_id);
    else if (row.kind === 'claimed') result.claimed.push(claimedOf(row.body));
    else if (row.kind === 'waiting') result.waiting.push(row.stage);
    else result.changedJobs.push(row.job_id);
  }
  return result;
}

function admittedOf(stage: string, rows: readonly AdmittedRow[]): Admitted {
  const chunks = new Map<number, DeliveredTask[]>();
  for (const { task_id: id, attempt, chunk } of rows) {
    if (id === null) continue;
    const tasks = chunks.get(chunk);
    if (tasks) tasks.push({ id, attempt });
    else chunks.set(chunk, [{ id, attempt }]);
  }
  return {
    deliveries: [...chunks.values()].map((tasks) => ({ stage, tasks })),
    more: rows.at(-1)?.task_id === null,
  };
}

function sweptOf(rows: readonly SweptRow[]): Swept {
  const of = (kind: SweptRow['kind']) => rows.filter((row) => row.kind === kind);
  const tasksOf = (kind: SweptRow['kind']) => of(kind).reduce((sum, row) => sum + row.tasks, 0);
  return {
    waiting: of('waiting').map((row) => row.stage),
    changedJobs: of('changed').map((row) => row.job_id),
    expired: tasksOf('expired'),
    unclaimed: tasksOf('again'),
  };
}
