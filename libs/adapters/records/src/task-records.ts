import { parseId } from '@intermodal/contracts';
import type {
  Admitted,
  ClaimedTask,
  DeliveredTask,
  Lease,
  QueueMark,
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
  readonly crashes: number;
  /** Where it is asked for. */
  readonly trace?: string | null;
}

interface ClaimRow extends ClaimedRow {
  readonly kind: 'claimed' | 'waiting';
}

/** Of other kinds than `claimed`, only the column that says what it is about has a value. */
interface SettledRow extends ClaimedRow {
  readonly kind: 'fenced' | 'claimed' | 'waiting' | 'changed';
}

interface SweptRow {
  readonly kind: 'waiting' | 'again' | 'expired' | 'changed';
  readonly stage: string;
  readonly tasks: number;
  readonly job_id: string;
}

interface AdmittedRow extends ClaimedRow {
  readonly kind: 'claimed' | 'send' | 'more';
  readonly chunk: number;
}

/** However short leases are, a busy server gets so long to answer. */
const SHORTEST_SILENCE_MS = 5_000;

/** Tasks that one sweep looks at, at most. */
const SWEEP_LIMIT = 500;

/**
 * @param options.leaseMs how long a claim or a heartbeat holds a task
 * @param options.traced whether claimed tasks name their trace; else that is not looked up
 */
export function taskRecords(
  database: Database,
  options: { leaseMs: number; traced?: boolean | undefined },
): TaskRecords {
  const claimed = options.traced ? `*, CASE WHEN kind = 'claimed' THEN trace_of(job_id) END AS trace` : '*';
  /** Whoever claims, settles or sweeps goes on without an answer after a lease: the engine holds out lost answers. */
  const ask = <Row extends object>(name: string, text: string, values: readonly unknown[]): Promise<Row[]> =>
    database.query<Row>(name, text, values, Math.max(SHORTEST_SILENCE_MS, options.leaseMs));
  /** Of a heartbeat, which does no harm twice: asked on another connection when one is silent, while the leases still hold. */
  const insist = async <Row extends object>(
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> => {
    try {
      const withinMs = Math.max(SHORTEST_SILENCE_MS / 5, options.leaseMs / 3);
      return await database.query<Row>(name, text, values, withinMs);
    } catch {
      return ask<Row>(name, text, values);
    }
  };
  const beat = async (leases: readonly Lease[]): Promise<string[]> => {
    const rows = await insist<{ id: string }>('beat_tasks', 'SELECT beat_tasks($1, $2, $3, $4) AS id', [
      leases.map((lease) => lease.taskId),
      leases.map((lease) => lease.token),
      leases.map((lease) => lease.progress),
      options.leaseMs,
    ]);
    return rows.map((row) => row.id);
  };
  const putBack = async (workerId: string, named: readonly string[], before: string): Promise<string[]> => {
    const text = 'SELECT DISTINCT stage FROM put_back_unheard($1, $2, $3, $4) AS stage';
    const given = [workerId, named, before, options.leaseMs];
    return (await insist<{ stage: string }>('put_back_unheard', text, given)).map(({ stage }) => stage);
  };
  return {
    async claim(taskIds, workerId) {
      const text = `SELECT ${claimed} FROM claim_tasks($1, $2, $3)`;
      const given = [taskIds, workerId, options.leaseMs];
      const rows = await ask<ClaimRow>('claim_tasks', text, given);
      return {
        tasks: rows.filter(({ kind }) => kind === 'claimed').map(claimedOf),
        waiting: rows.filter(({ kind }) => kind === 'waiting').map(({ stage }) => stage),
      };
    },
    async begin(taskId, token) {
      const text = `UPDATE task SET begun = true WHERE id = $1 AND token = $2 AND state = 'running' RETURNING id`;
      return (await ask('task_begin', text, [taskId, token])).length > 0;
    },
    async heartbeat(worker, leases, unheard) {
      const [seen] = await insist<{ at: string }>(
        'worker_seen',
        `INSERT INTO worker (id, pool, stages, slots, engines, host) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET seen_at = now(), engines = excluded.engines RETURNING clock_timestamp()::text AS at`,
        [
          worker.id,
          worker.pool,
          worker.stages,
          worker.slots,
          JSON.stringify(worker.engines),
          worker.host ?? null,
        ],
      );
      const ids = leases.map((lease) => lease.taskId);
      return {
        at: seen!.at,
        held: leases.length === 0 ? [] : await beat(leases),
        waiting: unheard ? await putBack(worker.id, [...ids, ...unheard.besides], unheard.before) : [],
      };
    },
    async settle(settlements, taker) {
      const text = `SELECT ${claimed} FROM settle_tasks($1, $2, $3, $4, $5)`;
      const rows = await ask<SettledRow>('settle_tasks', text, [
        settlements.map(({ taskId }) => taskId),
        JSON.stringify(settlements.map(withUuids)),
        taker?.workerId ?? null,
        options.leaseMs,
        taker ? JSON.stringify(taker.room) : null,
      ]);
      return settledOf(rows);
    },
    async admit(stage, taker) {
      const text = `SELECT ${claimed} FROM admit_tasks($1, $2, $3, $4)`;
      const rows = await ask<AdmittedRow>('admit_tasks', text, [
        stage,
        taker?.room[stage] ?? 0,
        taker?.workerId ?? null,
        options.leaseMs,
      ]);
      return admittedOf(stage, rows);
    },
    async tellPace(meanMs) {
      await ask('tell_pace', 'SELECT tell_pace($1, $2)', [Object.keys(meanMs), Object.values(meanMs)]);
    },
    async sweep({ leasesEndedBefore = null } = { leasesEndedBefore: 'infinity' }) {
      const given = [SWEEP_LIMIT, leasesEndedBefore];
      return sweptOf(await ask<SweptRow>('sweep', 'SELECT * FROM sweep($1, $2)', given));
    },
    async clock(contact) {
      const text = 'SELECT at, trusted FROM sweep_clock($1, $2, $3)';
      const given = [contact === 'lost', contact === 'new', options.leaseMs];
      const [clock] = await ask<{ at: string; trusted: boolean }>('sweep_clock', text, given);
      return clock!.trusted ? clock!.at : null;
    },
    async nextQueueMark(everyMs) {
      const text = 'SELECT mark, confirmed, losses FROM next_queue_mark($1)';
      return (await ask<QueueMark>('next_queue_mark', text, [everyMs]))[0];
    },
    async confirmQueueMark(mark) {
      await ask('confirm_queue_mark', 'SELECT confirm_queue_mark($1)', [mark]);
    },
    async queueForgot(losses) {
      const text = 'SELECT queue_forgot($1) AS stage';
      return (await ask<{ stage: string }>('queue_forgot', text, [losses])).map(({ stage }) => stage);
    },
    async leave(workerId) {
      await putBack(workerId, [], 'infinity');
      await ask('worker_leave', 'DELETE FROM worker WHERE id = $1', [workerId]);
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

const claimedOf = (row: ClaimedRow): ClaimedTask => ({
  id: row.id,
  jobId: row.job_id,
  tenantId: row.tenant_id,
  path: row.path,
  stage: row.stage,
  attempt: row.attempt,
  token: row.token,
  input: row.input,
  params: row.params,
  timeoutMs: row.timeout_ms,
  iterated: row.iterated,
  crashes: row.crashes,
  ...(row.trace && { trace: row.trace }),
});

function settledOf(rows: readonly SettledRow[]): SettlementResult {
  const result = {
    fenced: [] as string[],
    claimed: [] as ClaimedTask[],
    waiting: [] as string[],
    changedJobs: [] as string[],
  };
  for (const row of rows) {
    if (row.kind === 'fenced') result.fenced.push(row.id);
    else if (row.kind === 'claimed') result.claimed.push(claimedOf(row));
    else if (row.kind === 'waiting') result.waiting.push(row.stage);
    else result.changedJobs.push(row.job_id);
  }
  return result;
}

function admittedOf(stage: string, rows: readonly AdmittedRow[]): Admitted {
  const sent = rows.filter(({ kind }) => kind === 'send');
  const chunks = Map.groupBy(sent, ({ chunk }) => chunk);
  const deliveredOf = ({ id, attempt }: AdmittedRow): DeliveredTask => ({ id, attempt });
  return {
    claimed: rows.filter(({ kind }) => kind === 'claimed').map(claimedOf),
    deliveries: [...chunks.values()].map((chunk) => ({ stage, tasks: chunk.map(deliveredOf) })),
    more: rows.some(({ kind }) => kind === 'more'),
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
