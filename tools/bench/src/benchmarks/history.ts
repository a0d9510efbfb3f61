import type { BenchStack } from '../bench-stack.ts';
import type { Benchmark } from '../benchmark.ts';
import { besideEachOther, fill, workOff } from '../work-off.ts';

const SIZES = {
  full: { finished: 1_000_000, worked: 10_000, ran: 10_000, copiedAtOnce: 10 },
  quick: { finished: 5_000, worked: 500, ran: 500, copiedAtOnce: 3 },
};
/** What a batch of finished jobs leaves behind, and which of its columns hold ids. */
const LEFT_BEHIND = [
  { table: 'job', of: 'id = c.old', fresh: { id: 'c.fresh' } },
  { table: 'task', of: 'job_id = c.old', fresh: { id: 'new_id()', job_id: 'c.fresh' } },
  { table: 'event', of: 'job_id = c.old', fresh: { id: 'new_id()', job_id: 'c.fresh' } },
] as const;

/** Tasks a second over tables that hold what was done before, beside the same over empty ones, in turn. */
export const history: Benchmark = {
  name: 'history',
  async run({ startStack, quick, rounds, say }) {
    const { finished, worked, ran, copiedAtOnce } = SIZES[quick ? 'quick' : 'full'];
    await using empty = await startStack();
    await using old = await startStack();
    await fill(old, ran);
    await workOff(old, ran);
    for (let had = ran; had < finished;) {
      const times = Math.min(copiedAtOnce, Math.ceil((finished - had) / ran));
      await copyFinished(old, ran, times);
      had += times * ran;
    }
    // As autovacuum and checkpoints would have in the days that it takes to do so much.
    await old.database.query('VACUUM ANALYZE');
    await old.database.query('CHECKPOINT');
    const bytes = await bytesOf(old);
    say(`${finished} jobs of one task are finished: ${(bytes / 1e6).toFixed(0)} MB of Postgres`);
    const { speed, cost } = await besideEachOther(
      {
        ours: { name: `${finished} finished`, stack: old, waiting: 0 },
        yardstick: { name: 'in empty ones', stack: empty, waiting: 0 },
      },
      { worked, rounds, say },
    );
    const name = `${worked} tasks in tables with ${finished} finished jobs of one task`;
    return [
      {
        ...{ benchmark: 'history', name, ...speed },
        details: { 'Postgres bytes per finished job': Math.round(bytes / finished) },
      },
      { benchmark: 'history', name, ...cost },
    ];
  },
};

/**
 * Running a million jobs for real takes too long: those that ran are copied, with every column as the engine wrote it and
 * ids of their own.
 */
async function copyFinished({ database }: BenchStack, jobs: number, times: number): Promise<void> {
  const { query } = database;
  await query(
    `CREATE TEMP TABLE copy AS SELECT j.id AS old, new_id() AS fresh
     FROM (SELECT id FROM job WHERE state = 'completed' ORDER BY id LIMIT $1) j, generate_series(1, $2)`,
    [jobs, times],
  );
  await query('ANALYZE copy');
  for (const { table, of, fresh } of LEFT_BEHIND) {
    const columns = (
      await query<{ name: string }>(
        `SELECT column_name AS name FROM information_schema.columns
         WHERE table_schema = 'intermodal' AND table_name = $1 AND is_identity = 'NO' AND is_generated = 'NEVER'`,
        [table],
      )
    ).map(({ name }) => name);
    const values = columns.map((name) => (fresh as Record<string, string>)[name] ?? `o.${name}`);
    await query(
      `INSERT INTO ${table} (${columns.join()}) SELECT ${values.join()} FROM copy c JOIN ${table} o ON o.${of}`,
    );
  }
  await query('DROP TABLE copy');
}

async function bytesOf({ database }: BenchStack): Promise<number> {
  const [row] = await database.query<{ bytes: string }>(
    'SELECT pg_database_size(current_database())::text AS bytes',
  );
  return Number(row!.bytes);
}
