import type { ClientBase, Pool } from 'pg';

export interface JobFact {
  readonly id: string;
  readonly state: string;
  readonly output: unknown;
  readonly errorCode: string | null;
  readonly submission: string | null;
}

export interface TaskFact {
  readonly id: string;
  readonly jobId: string;
  readonly path: string;
  readonly stage: string | null;
  readonly state: string;
  readonly attempt: number;
  readonly failures: number;
  readonly crashes: number;
  readonly commits: number;
  readonly errorCode: string | null;
  readonly leased: boolean;
}

export interface ChangeFact {
  readonly seq: number;
  readonly taskId: string;
  readonly was: string | null;
  readonly became: string;
  readonly crashes: number;
  readonly at: Date;
}

export interface EventFact {
  readonly id: string;
  readonly jobId: string;
  readonly type: string;
  /** States of the messages that tell it. */
  readonly messages: readonly string[];
  readonly attempts: number;
}

export interface ArtifactFact {
  readonly id: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** All that Postgres says of a run. */
export interface RunRecord {
  readonly jobs: readonly JobFact[];
  readonly tasks: readonly TaskFact[];
  /** In their order. */
  readonly changes: readonly ChangeFact[];
  readonly events: readonly EventFact[];
  readonly artifacts: readonly ArtifactFact[];
  /** How often it was noticed that Redis had lost what it was sent. */
  readonly queueLosses: number;
}

const FINAL_STATES = ['completed', 'failed', 'skipped', 'cancelled'];
export const isFinal = (state: string): boolean => FINAL_STATES.includes(state);

export async function readRecord(database: ClientBase | Pool): Promise<RunRecord> {
  const all = async <Row extends object>(text: string): Promise<Row[]> =>
    (await database.query<Row & Record<string, unknown>>(text)).rows;
  return {
    jobs: await all<JobFact>(
      `SELECT id, state, output, error ->> 'code' AS "errorCode", metadata ->> 'submission' AS submission FROM intermodal.job`,
    ),
    tasks: await all<TaskFact>(
      `SELECT id, job_id AS "jobId", path, stage, state, attempt, failures, crashes, commits, error ->> 'code' AS "errorCode",
         lease_until IS NOT NULL AS leased
       FROM intermodal.task`,
    ),
    changes: await all<ChangeFact>(
      `SELECT seq::int, task_id AS "taskId", was, became, crashes, at FROM audit.change ORDER BY seq`,
    ),
    events: await all<EventFact>(
      `SELECT e.id, e.job_id AS "jobId", e.type, coalesce(array_agg(m.state) FILTER (WHERE m.state IS NOT NULL), '{}') AS messages,
         coalesce(sum(m.attempts), 0)::int AS attempts
       FROM intermodal.event e LEFT JOIN intermodal.webhook_message m ON m.event_id = e.id WHERE e.job_id IS NOT NULL GROUP BY e.id`,
    ),
    artifacts: await all<ArtifactFact>(`SELECT id, bytes::int, sha256 FROM intermodal.artifact`),
    queueLosses: (await all<{ losses: number }>('SELECT losses FROM intermodal.queue_mark'))[0]!.losses,
  };
}
