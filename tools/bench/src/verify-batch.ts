import { isDeepStrictEqual } from 'node:util';
import type { BatchRowRecord } from '@intermodal/pipeline';
import { LOCAL_TENANT } from '@intermodal/records';
import type { BenchDatabase } from './machine/database.ts';

const PAGE_ROWS = 1_000;

export interface Expected {
  readonly batchId: string;
  /** The local one when left out. */
  readonly tenantId?: string;
  readonly jobs: number;
  /** The output of the job of a line. */
  readonly outputOf: (line: number) => Record<string, unknown>;
}

/** A figure of work that was not done is worth nothing. @throws when a job is not completed, or an output is wrong */
export async function verifyBatch(database: BenchDatabase, expected: Expected): Promise<void> {
  const { batches } = database.records;
  const batch = await batches.get(expected.tenantId ?? LOCAL_TENANT, expected.batchId);
  if (batch?.state !== 'completed' || batch.jobs.completed !== expected.jobs)
    throw new Error(
      `${expected.jobs} jobs were to complete: ${batch?.state} ${JSON.stringify(batch?.jobs)}.`,
    );
  for (let afterLine = 0, seen = 0; seen < expected.jobs;) {
    const rows = await batches.rows(expected.batchId, { afterLine, limit: PAGE_ROWS });
    if (rows.length === 0) throw new Error(`${expected.jobs - seen} rows are missing.`);
    for (const row of rows) verifyRow(row, expected);
    seen += rows.length;
    afterLine = rows.at(-1)!.line;
  }
}

function verifyRow({ line, output }: BatchRowRecord, { outputOf }: Expected): void {
  if (!isDeepStrictEqual(output, outputOf(line)))
    throw new Error(
      `Line ${line} gave ${JSON.stringify(output)} in place of ${JSON.stringify(outputOf(line))}.`,
    );
}

/** @throws when a task of the database was committed not once, or tasks are missing */
export async function verifyCommits({ query }: BenchDatabase, tasks: number): Promise<void> {
  const [row] = await query<{ tasks: number; odd: number }>(
    `SELECT count(*)::int AS tasks, count(*) FILTER (WHERE commits <> 1)::int AS odd FROM task WHERE stage IS NOT NULL`,
  );
  if (row!.tasks !== tasks || row!.odd !== 0)
    throw new Error(`${tasks} tasks were to be committed once: ${JSON.stringify(row)}.`);
}

/** Of jobs that give their input back: those that completed. @throws when one of them did not, or a task was committed twice */
export async function verifyEchoes({ query }: BenchDatabase): Promise<void> {
  const [row] = await query<{ odd: number; failed: number; twice: number }>(
    `SELECT count(*) FILTER (WHERE state = 'completed' AND output IS DISTINCT FROM input)::int AS odd,
       count(*) FILTER (WHERE state IN ('failed', 'cancelled'))::int AS failed,
       (SELECT count(*)::int FROM task WHERE commits > 1) AS twice FROM job`,
  );
  if (Object.values(row!).some((count) => count > 0))
    throw new Error(`Jobs were to give their input back: ${JSON.stringify(row)}.`);
}
