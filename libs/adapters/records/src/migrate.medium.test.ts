import pg from 'pg';
import { expect, test } from 'vitest';
import { openTestRecords } from './test-records.testing.ts';

const WALL = 'functions/0083-wall.sql';

test('a migration gets through although a running transaction wants tables in another order', async () => {
  await using opened = await openTestRecords();
  const { sql, url, records } = opened;
  await sql.query('DELETE FROM migration WHERE name = $1', [WALL]);
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  try {
    await other.query('SET search_path = intermodal');
    await other.query('BEGIN');
    await other.query('LOCK TABLE tenant IN ROW EXCLUSIVE MODE');
    const migrated = records.migrate();
    await expect
      .poll(
        async () =>
          (await sql.query(`SELECT FROM pg_locks WHERE NOT granted AND relation = 'tenant'::regclass`))
            .rowCount,
      )
      .toBe(1);
    // It holds what this wants, and wants what this holds.
    await other.query('SELECT FROM api_key');
    await other.query('COMMIT');
    expect(await migrated).toEqual([WALL]);
  } finally {
    await other.end();
  }
});
