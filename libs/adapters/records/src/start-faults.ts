import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { SCHEMA } from './database.ts';
import { SQL_FOLDER } from './sql-folder.ts';

/** `server_version_num` of the oldest PostgreSQL whose SQL is spoken here. */
const OLDEST = 150_000;
const WITHIN_MS = 5_000;
/** What programs of before cannot work with, as in `migrations/0123-breaking-ids.sql`. */
const BREAKING = /^migrations\/\d+-breaking-/;

/**
 * Why a process cannot work with this database, each with its cure. Nothing is changed there.
 * @param options.migrates whether it brings the schema up to date by itself: then an older one is none of the faults
 */
export async function recordsFaults(url: string, options: { migrates: boolean }): Promise<string[]> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'intermodal start',
    connectionTimeoutMillis: WITHIN_MS,
    query_timeout: WITHIN_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    return [
      `DATABASE_URL: Postgres cannot be used there (${reasonOf(error)}). Start it, or mend the address, the user or the password.`,
    ];
  }
  try {
    const { rows } = await client.query<{ version: number; shown: string; migrated: boolean }>(
      `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS shown,
         to_regclass($1) IS NOT NULL AS migrated`,
      [`${SCHEMA}.migration`],
    );
    const { version, shown, migrated } = rows[0]!;
    const old = versionFault(version, shown);
    if (old !== undefined) return [old];
    const applied = migrated
      ? await client.query<{ name: string }>(`SELECT name FROM ${SCHEMA}.migration`)
      : { rows: [] };
    return schemaFaults(
      await ownNames(),
      applied.rows.map(({ name }) => name),
      options,
    );
  } catch (error) {
    return [`DATABASE_URL: the database cannot be read (${reasonOf(error)}). Give its user the right to.`];
  } finally {
    await client.end().catch(() => {});
  }
}

/** @param version `server_version_num` */
export const versionFault = (version: number, shown: string): string | undefined =>
  version < OLDEST
    ? `DATABASE_URL: PostgreSQL there is ${shown}, and ${OLDEST / 10_000} is the oldest that can be used. Upgrade it.`
    : undefined;

/**
 * What of the schema is not as this program knows it.
 * @param own names of the SQL files that it has
 * @param applied names of those that the database has
 */
export function schemaFaults(
  own: readonly string[],
  applied: readonly string[],
  { migrates }: { readonly migrates: boolean },
): string[] {
  const missing = own.filter((name) => !applied.includes(name));
  // Later ones only add, so that a release can be taken back, unless their name says otherwise.
  const newer = applied.filter((name) => BREAKING.test(name) && !own.includes(name));
  const faults: string[] = [];
  if (missing.length > 0 && !migrates)
    faults.push(
      `DATABASE_URL: the database lacks ${some(missing)}. Run \`intermodal migrate\` of this version first.`,
    );
  if (newer.length > 0)
    faults.push(
      `DATABASE_URL: the database has ${some(newer)}, which this program cannot work with: it is older than the one that migrated. ` +
        'Start the newer version.',
    );
  return faults;
}

const some = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

async function ownNames(): Promise<string[]> {
  const folders = await Promise.all(
    ['migrations', 'functions'].map(async (folder) =>
      (await readdir(join(SQL_FOLDER, folder))).map((name) => `${folder}/${name}`),
    ),
  );
  return folders.flat().filter((name) => name.endsWith('.sql'));
}

/** Of the server or the socket; an address with a password is in none of them. */
const reasonOf = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  return message || code || String(error);
};
