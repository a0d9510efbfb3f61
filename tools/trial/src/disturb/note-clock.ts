import type { Pool } from 'pg';
import type { EffectLog } from './effect-log.ts';

/** Says so when the clock of this process is more than a minute off that of the database. */
export async function noteClock(database: Pool, effects: EffectLog): Promise<void> {
  const { rows } = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  if (Math.abs(rows[0]!.now.getTime() - Date.now()) > 60_000) effects.count('clocks-off');
}
