import { newUuid } from '@intermodal/contracts';
import { oneStep } from '@intermodal/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type Database } from './database.ts';
import { LOCAL_TENANT } from './index.ts';
import { openTestRecords, type TestRecords } from './test-records.testing.ts';

let opened: TestRecords;
let database: Database;
const other = newUuid();

beforeAll(async () => {
  opened = await openTestRecords();
  const { records, sql, url } = opened;
  database = openDatabase(url, { connections: 2, applicationName: 'test of the wall' });
  await sql.query(`INSERT INTO tenant (id, name) VALUES ($1, 'other')`, [other]);
  for (const tenantId of [LOCAL_TENANT, other])
    await records.jobs.submit({
      id: newUuid(),
      tenantId,
      plan: oneStep,
      input: { x: 1 },
      params: {},
      metadata: {},
    });
});
afterAll(async () => {
  await database.close();
  await opened[Symbol.asyncDispose]();
});

const tenantsOf = (rows: readonly { tenant_id: string }[]): string[] => rows.map((row) => row.tenant_id);
/** A statement that forgets to ask whose the rows are. */
const FORGETFUL = 'SELECT tenant_id FROM job ORDER BY tenant_id';

test('who reads in the name of a tenant sees its rows alone, also when the statement asks for all', async () => {
  for (let i = 0; i < 3; i++)
    for (const tenant of [LOCAL_TENANT, other])
      expect(tenantsOf(await database.read(tenant, 'forgetful', FORGETFUL, []))).toEqual([tenant]);
  expect(await database.read(newUuid(), 'forgetful', FORGETFUL, [])).toEqual([]);
  // The same without the wall: the test would see it fall.
  expect(tenantsOf(await database.query('forgetful', FORGETFUL, []))).toHaveLength(2);
});

test('many readers at once do not see through each other’s eyes', async () => {
  const readers = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? LOCAL_TENANT : other));
  const seen = await Promise.all(
    readers.map((tenant) => database.read<{ tenant_id: string }>(tenant, 'forgetful', FORGETFUL, [])),
  );
  expect(seen.map(tenantsOf)).toEqual(readers.map((tenant) => [tenant]));
});

test('a reader writes nothing, and a statement that failed leaves nothing behind', async () => {
  await expect(database.read(other, 'write', 'DELETE FROM job', [])).rejects.toThrow(/permission denied/);
  expect(tenantsOf(await database.read(LOCAL_TENANT, 'forgetful', FORGETFUL, []))).toEqual([LOCAL_TENANT]);
});

test('every table that says whose a row is stands behind the wall', async () => {
  const { rows } = await opened.sql.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
     WHERE c.relnamespace = 'intermodal'::regnamespace AND c.relkind = 'r'
       AND NOT (c.relrowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'of_tenant'))`,
  );
  expect(rows).toEqual([]);
});
