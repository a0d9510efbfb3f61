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

/** What the records say was done. @throws when it is not what was asked for */
export async function account(
  { query }: BenchDatabase,
  accepted: { readonly jobs: number; readonly perhaps: number; readonly told: number },
): Promise<{ jobs: number; tasks: number }> {
  const [row] = await query<Record<'jobs' | 'tasks' | 'odd' | 'twice' | 'untold' | 'told', number>>(
    `SELECT (SELECT count(*)::int FROM job) AS jobs, (SELECT count(*)::int FROM task WHERE stage IS NOT NULL) AS tasks,
       (SELECT count(*)::int FROM job WHERE state NOT IN ('completed', 'cancelled', 'failed')
          OR position(state IN coalesce(metadata ->> $1, $2)) = 0) AS odd,
       (SELECT count(*)::int FROM task WHERE commits > 1) AS twice,
       (SELECT count(*)::int FROM webhook_message WHERE state <> 'delivered') AS untold,
       (SELECT count(*)::int FROM webhook_message) AS told`,
    [EXPECTED, 'completed' satisfies Expected],
  );
  const { jobs, tasks, odd, twice, untold, told } = row!;
  const lost = jobs < accepted.jobs || jobs > accepted.jobs + accepted.perhaps;
  if (lost || odd + twice + untold > 0 || told !== accepted.told)
    throw new Error(`${JSON.stringify(accepted)} was accepted, and this came of it: ${JSON.stringify(row)}.`);
  return { jobs, tasks };
}
