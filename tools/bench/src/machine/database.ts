import { openRecords, type Records } from '@intermodal/records';
import pg from 'pg';
import type { Services } from './services.ts';

export interface BenchDatabase extends AsyncDisposable {
  readonly url: string;
  readonly records: Records;
  /** In the schema of the records. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

let databases = 0;

/** A fresh database with the tables of the records, so that no benchmark finds what another one left. */
export async function openBenchDatabase({ postgres }: Services): Promise<BenchDatabase> {
  const name = `bench_${++databases}`;
  await execute(postgres.url, `CREATE DATABASE ${name}`);
  const address = new URL(postgres.url);
  address.pathname = `/${name}`;
  const url = address.href;
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
      await execute(postgres.url, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
