import { openRecords, type Records } from '@intermodal/records';
import pg from 'pg';

export interface BenchDatabase extends AsyncDisposable {
  readonly url: string;
  readonly records: Records;
  /** In the schema of the records. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** The records of a database, and a connection to look at what they did. */
export async function openBenchDatabase(url: string): Promise<BenchDatabase> {
  const records = openRecords({ databaseUrl: url, applicationName: 'intermodal bench' });
  await records.migrate();
  const client = new pg.Client({ connectionString: url, options: '-c search_path=intermodal' });
  await client.connect();
  return {
    url,
    records,
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query<Row & pg.QueryResultRow>(text, [...values])).rows,
    async [Symbol.asyncDispose]() {
      await client.end();
      await records.close();
    },
  };
}

/** Makes an empty database beside the one of the address, and returns its own. */
export async function createDatabase(beside: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: beside });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const address = new URL(beside);
  address.pathname = `/${name}`;
  return address.href;
}
