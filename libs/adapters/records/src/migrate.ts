import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { SCHEMA } from './database.ts';
import { SQL_FOLDER } from './sql-folder.ts';

/** Any fixed number: who migrates holds this advisory lock. */
const LOCK = 4_646_001;
/** Goes through all tables: again, when there may be new ones. */
const WALL = 'functions/0083-wall.sql';

/** To wait for one table, behind which everybody else waits meanwhile. */
const LOCK_TIMEOUT_MS = 3_000;
/** A busy database must let us in within this. */
const PATIENCE_MS = 120_000;
const LONGEST_PAUSE_MS = 2_000;
/** Deadlock; lock not available. */
const IN_THE_WAY = ['40P01', '55P03'];

/**
 * Brings the schema up to date: numbered table migrations once each, forward only; functions are replaced when their text
 * changed. One transaction, under an advisory lock, so that many processes may start at once. Where tables change, all of them
 * are locked first, or statements of running processes, which take them in an order of their own, could end it half-way.
 * @returns the names of what was applied
 * @throws when the tables could not be locked within two minutes
 */
export async function migrate(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'intermodal migrate' });
  client.on('error', () => {});
  await client.connect();
  try {
    const deadline = performance.now() + PATIENCE_MS;
    for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await migrateOnce(client);
      } catch (error) {
        const isInTheWay = IN_THE_WAY.includes(sqlState(error));
        if (!isInTheWay) throw error;
        if (performance.now() > deadline)
          throw new Error(
            `The tables could not be locked within ${PATIENCE_MS / 1_000} s: end long transactions on this database, and migrate again.`,
            { cause: error },
          );
        await client.query('ROLLBACK');
        // Others go on meanwhile.
        await delay(pauseMs * (0.5 + Math.random() / 2));
      }
    }
  } finally {
    await client.end();
  }
}

async function migrateOnce(client: pg.Client): Promise<string[]> {
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
  await client.query(`SET LOCAL search_path = ${SCHEMA}, public`);
  await client.query(
    'CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, sha256 text NOT NULL, at timestamptz NOT NULL DEFAULT now())',
  );
  const { rows } = await client.query<{ name: string; sha256: string }>('SELECT name, sha256 FROM migration');
  const known = new Map(rows.map((row) => [row.name, row.sha256]));
  const all = await readSql();
  const changed = all.filter(({ name, sha256, once }) =>
    once ? !known.has(name) : known.get(name) !== sha256,
  );
  const hasNewTables = changed.some(({ once }) => once);
  const due = all.filter((one) => changed.includes(one) || (one.name === WALL && hasNewTables));
  if (due.some(({ name, once }) => once || name === WALL)) await lockTables(client);
  for (const { name, text, sha256 } of due) {
    await client.query(text).catch((cause: unknown) => {
      throw new Error(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    });
    await client.query(
      'INSERT INTO migration (name, sha256) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET sha256 = $2, at = now()',
      [name, sha256],
    );
  }
  await client.query('COMMIT');
  return due.map(({ name }) => name);
}

async function lockTables(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ tables: string | null }>(
    `SELECT string_agg(oid::regclass::text, ', ' ORDER BY relname) AS tables FROM pg_class
     WHERE relnamespace = '${SCHEMA}'::regnamespace AND relkind IN ('r', 'p')`,
  );
  await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
  await client.query(`LOCK TABLE ${rows[0]!.tables} IN ACCESS EXCLUSIVE MODE`);
}

/** Of the fault itself, or of that which it was made of. */
const sqlState = (error: unknown): string => {
  const { code, cause } = error as { code?: string; cause?: unknown };
  return code ?? (cause === undefined ? '' : sqlState(cause));
};

async function readSql(): Promise<{ name: string; text: string; sha256: string; once: boolean }[]> {
  const found = [];
  for (const folder of ['migrations', 'functions']) {
    for (const file of (await readdir(join(SQL_FOLDER, folder)))
      .filter((name) => name.endsWith('.sql'))
      .sort()) {
      const text = await readFile(join(SQL_FOLDER, folder, file), 'utf8');
      const sha256 = createHash('sha256').update(text).digest('hex');
      found.push({ name: `${folder}/${file}`, text, sha256, once: folder === 'migrations' });
    }
  }
  return found;
}
