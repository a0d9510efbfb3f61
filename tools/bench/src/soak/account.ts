import { setTimeout as after } from 'node:timers/promises';
import type { BenchDatabase } from '../machine/database.ts';
import { EXPECTED, type Expected } from './visits.ts';

const LOOK_MS = 500;

/** Resolves when every job has ended and everybody was told. @throws when that does not come to pass */
export async function settled(
  { query }: BenchDatabase,
  patienceMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (const until = performance.now() + patienceMs; ;) {
    const [row] = await query<{ jobs: number; messages: number }>(
      `SELECT (SELECT count(*)::int FROM job WHERE finished_at IS NULL) AS jobs,
         (SELECT count(*)::int FROM webhook_message WHERE state = 'pending') AS messages`,
    );
    if (row!.jobs === 0 && row!.messages === 0) return;
    if (performance.now() > until) throw new Error(`It did not come to rest: ${JSON.stringify(row)}.`);
    await after(LOOK_MS, undefined, { signal });
  }
}

/** What the records say was done, and what of it is not as it should be. */
export async function account(
  { query }: BenchDatabase,
  accepted: { readonly jobs: number; readonly perhaps: number; readonly told: number },
): Promise<{ jobs: number; tasks: number; complaints: string[] }> {
  const [row] = await query<Record<'jobs' | 'tasks' | 'twice' | 'untold' | 'messages', number>>(
    `SELECT (SELECT count(*)::int FROM job) AS jobs, (SELECT count(*)::int FROM task WHERE stage IS NOT NULL) AS tasks,
       (SELECT count(*)::int FROM task WHERE commits > 1) AS twice,
       (SELECT count(*)::int FROM webhook_message WHERE state <> 'delivered') AS untold,
       (SELECT count(*)::int FROM webhook_message) AS messages`,
  );
  const { jobs, tasks, twice, untold, messages } = row!;
  const odd = await query<{ pipeline: string; state: string; expected: string | null; error: unknown }>(
    `SELECT pipeline, state, metadata ->> $1 AS expected, error FROM job
     WHERE state NOT IN ('completed', 'cancelled', 'failed') OR position(state IN coalesce(metadata ->> $1, $2)) = 0`,
    [EXPECTED, 'completed' satisfies Expected],
  );
  const complaints = odd.map((job) => `a job ended otherwise than it should: ${JSON.stringify(job)}`);
  if (jobs < accepted.jobs || jobs > accepted.jobs + accepted.perhaps)
    complaints.push(
      `${accepted.jobs} jobs were accepted, and perhaps ${accepted.perhaps}: there are ${jobs}`,
    );
  if (twice > 0) complaints.push(`${twice} tasks were committed twice`);
  if (untold > 0 || messages !== accepted.told)
    complaints.push(`of ${messages} messages ${accepted.told} were heard, and ${untold} were given up`);
  return { jobs, tasks, complaints };
}
