import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { SCHEMA } from './database.ts';
import { SQL_FOLDER } from './sql-folder.ts';

/** Any fixed number: who migrates holds this advisory lock. */
const LOCK = 4_646_001;
/** Goes through all tables: again, when there may be new ones. */
const WALL = 'functions/0083-wall.sql';

/**
 * Brings the schema up to date: numbered table migrations once each, forward only; functions are replaced when their text
 * changed. One transaction, under an advisory lock, so that many processes may start at once.
 * @returns the names of what was applied
 */
export async function migrate(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'intermodal migrate' });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
    await client.query(`SET LOCAL search_path = ${SCHEMA}, public`);
    await client.query(
      'CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, sha256 text NOT NULL, at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await client.query<{ name: string; sha256: string }>(
      'SELECT name, sha256 FROM migration',
    );
    const known = new Map(rows.map((row) => [row.name, row.sha256]));
    const applied: string[] = [];
    for (const { name, text, sha256, once } of await readSql()) {
      const isSettled = once ? known.has(name) : known.get(name) === sha256;
      const seesNewTables = name === WALL && applied.some((one) => one.startsWith('migrations/'));
      if (isSettled && !seesNewTables) continue;
      await client.query(text).catch((cause: unknown) => {
        throw new Error(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      });
      await client.query(
        'INSERT INTO migration (name, sha256) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET sha256 = $2, at = now()',
        [name, sha256],
      );
      applied.push(name);
    }
    await client.query('COMMIT');
    return applied;
  } finally {
    await client.end();
  }
}

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
