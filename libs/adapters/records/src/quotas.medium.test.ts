import { newUuid, type ErrorCode } from '@intermodal/contracts';
import { compile, type NewBatchRow } from '@intermodal/pipeline';
import { createDatabase, toyStages } from '@intermodal/testing';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { LOCAL_TENANT, openRecords } from './index.ts';

const plan = compile(
  { name: 'one', version: 1, input: {}, nodes: { made: { stage: 'toy.make@1', in: { a: 1 } } }, output: {} },
  toyStages,
);
const shared = { tenantId: LOCAL_TENANT, plan, metadata: {} };
const row = (line: number): NewBatchRow => ({ line, jobId: newUuid(), input: {}, params: {}, metadata: {} });

test('a tenant has no more open jobs than it may, however they begin and end', async () => {
  const database = await createDatabase();
  const records = openRecords({ databaseUrl: database.url, connections: 8, openJobsMax: 10 });
  const sql = new Client({ connectionString: database.url });
  const full = { code: 'quota.open_jobs' };
  const worker = newUuid();
  const submit = () => records.jobs.submit({ ...shared, id: newUuid(), input: {}, params: {} });
  const submitBatch = (count: number) =>
    records.batches.submit({
      ...shared,
      id: newUuid(),
      rows: Array.from({ length: count }, (_, i) => row(i + 1)),
    });
  /** What is counted, and what there is. */
  const open = async () =>
    (
      await sql.query<{ counted: number; there: number }>(
        `SELECT (SELECT coalesce(sum(jobs), 0)::int FROM intermodal.open_jobs) AS counted,
           (SELECT count(*)::int FROM intermodal.job WHERE state IN ('queued', 'running')) AS there`,
      )
    ).rows[0];
  try {
    await records.migrate();
    await sql.connect();
    const jobs = await Promise.all(Array.from({ length: 6 }, submit));
    expect(await open()).toEqual({ counted: 6, there: 6 });
    await expect(submitBatch(5)).rejects.toMatchObject(full);
    expect(await open()).toEqual({ counted: 6, there: 6 });
    const { batchId } = await submitBatch(4);
    await expect(submit()).rejects.toMatchObject(full);

    // One is completed, one fails, one is cancelled, and a batch.
    const [first, second, third] = jobs.map(({ jobId }) => jobId);
    for (const [jobId, fails] of [
      [first!, false],
      [second!, true],
    ] as const) {
      const [task] = await records.jobs.tasks(jobId, 1);
      const {
        tasks: [claimed],
      } = await records.tasks.claim([task!.id], worker);
      const { id: taskId, token } = claimed!;
      const error = { code: 'media.unreadable' as ErrorCode, message: 'No.' };
      await records.tasks.settle([
        fails
          ? { taskId, token, outcome: 'failed', error, retry: false, outage: false }
          : { taskId, token, outcome: 'completed', output: {}, artifacts: [] },
      ]);
    }
    await records.jobs.cancel(LOCAL_TENANT, third!);
    expect(await open()).toEqual({ counted: 7, there: 7 });
    await records.batches.cancel(LOCAL_TENANT, batchId);
    expect(await open()).toEqual({ counted: 3, there: 3 });

    // Its own limit goes before the general one; a retry counts like any other.
    await sql.query('UPDATE intermodal.tenant SET open_jobs_max = 4');
    const retry = (of: string) => records.jobs.retry({ tenantId: LOCAL_TENANT, of, id: newUuid() });
    expect(await retry(second!)).toMatchObject({ created: true });
    await expect(retry(third!)).rejects.toMatchObject(full);
    expect(await retry(second!)).toMatchObject({ created: false });
    expect(await open()).toEqual({ counted: 4, there: 4 });
  } finally {
    await sql.end();
    await records.close();
    await database.drop();
  }
});
