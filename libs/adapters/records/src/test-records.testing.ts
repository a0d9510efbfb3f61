import { createDatabase } from '@intermodal/testing';
import pg from 'pg';
import { openRecords, type Records } from './index.ts';

export interface TestRecords extends AsyncDisposable {
  readonly records: Records;
  readonly url: string;
  /** Beside the records, in their schema: to look at what they did, and to make what lies in the future due. */
  readonly sql: pg.Client;
  /** What the first migration applied. */
  readonly applied: readonly string[];
}

/** The records in a database of their own. */
export async function openTestRecords(): Promise<TestRecords> {
  const database = await createDatabase();
  const records = openRecords({ databaseUrl: database.url, connections: 8 });
  const applied = await records.migrate();
  const sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  await sql.query('SET search_path = intermodal');
  return {
    ...{ records, sql, applied, url: database.url },
    async [Symbol.asyncDispose]() {
      await sql.end();
      await records.close();
      await database.drop();
    },
  };
}
