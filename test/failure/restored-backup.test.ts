import { execFileSync } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IntermodalApiError, type JobView } from '@intermodal/client';
import { startTrialStack, type TrialStack } from '@intermodal/trial';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

let stack: TrialStack;
beforeAll(async () => {
  stack = await startTrialStack({
    workers: 2,
    environment: { INTERMODAL_LEASE_MS: '2000', INTERMODAL_HEARTBEAT_MS: '500', INTERMODAL_SWEEP_MS: '500' },
    base: process.env,
  });
});
afterAll(() => stack.stop());

const jobs = () => stack.clients[0]!.jobs;
const submit = (count: number, ms: number): Promise<JobView[]> =>
  Promise.all(
    Array.from({ length: count }, (_, value) =>
      jobs().submit({ pipeline: 'trial-chain', input: { value }, params: { ms } }),
    ),
  );
const ended = (of: readonly JobView[]): Promise<JobView[]> =>
  Promise.all(of.map(({ id }) => jobs().wait(id, { pollMs: 200 })));

/** Copies a Postgres that goes on working, as its manual has it ("Making a Base Backup Using the Low Level API"). */
async function backUp(): Promise<{ restore(): Promise<void> }> {
  const sql = new pg.Client({ connectionString: stack.databaseUrl });
  await sql.connect();
  try {
    const { rows } = await sql.query<{ data: string }>(`SELECT current_setting('data_directory') AS data`);
    const [data, copy] = [rows[0]!.data, `${rows[0]!.data}-copy`];
    await sql.query(`SELECT pg_backup_start('a test', true)`);
    execFileSync('cp', ['-a', data, copy]);
    const stopped = await sql.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    // The log up to here is what makes the copy whole.
    await rm(join(copy, 'pg_wal'), { recursive: true });
    execFileSync('cp', ['-a', join(data, 'pg_wal'), join(copy, 'pg_wal')]);
    await writeFile(join(copy, 'backup_label'), stopped.rows[0]!.labelfile);
    for (const name of await readdir(copy)) if (name.startsWith('postmaster.')) await rm(join(copy, name));
    execFileSync('chown', ['--reference', join(copy, 'PG_VERSION'), join(copy, 'backup_label')]);
    return {
      async restore() {
        await stack.postgres.kill();
        await rm(data, { recursive: true });
        execFileSync('mv', [copy, data]);
        await stack.postgres.startAgain();
      },
    };
  } finally {
    await sql.end();
  }
}

test('Postgres from a backup, beside a Redis and a store that went on: what it knows ends, once and right; what it does not know is gone', async () => {
  const before = await ended(await submit(20, 0));
  const open = await submit(30, 1_000);
  const backup = await backUp();
  const after = await ended(await submit(10, 0));
  expect(after.every(({ status }) => status === 'completed')).toBe(true);
  await backup.restore();

  expect(await ended(before)).toEqual(before);
  for (const [value, { status, output }] of (await ended(open)).entries())
    expect({ status, output }).toEqual({ status: 'completed', output: { value } });
  for (const { id } of after) {
    const refused = await jobs()
      .get(id)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(IntermodalApiError);
    expect(refused).toMatchObject({ status: 404 });
  }
  const [fresh] = await ended(await submit(1, 0));
  expect(fresh).toMatchObject({ status: 'completed', output: { value: 0 } });
});
