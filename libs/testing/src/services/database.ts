import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import './provided-context.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** Ends every session of the database and removes it. */
  drop(): Promise<void>;
}

/** A fresh, empty database for one test file. Drop it in `afterAll`, or use `await using`. */
export async function createDatabase(): Promise<TestDatabase> {
  const administrator = inject('postgresUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await execute(administrator, `create database ${name}`);
  const url = new URL(administrator);
  url.pathname = `/${name}`;
  const drop = (): Promise<void> => execute(administrator, `drop database if exists ${name} with (force)`);
  return { url: url.href, drop, [Symbol.asyncDispose]: drop };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
