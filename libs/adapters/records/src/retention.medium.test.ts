import { newUuid, showId, type ArtifactRef } from '@intermodal/contracts';
import { oneStep, twoSteps } from '@intermodal/testing';
import type pg from 'pg';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { LOCAL_TENANT, type Records } from './index.ts';
import { openTestRecords, type TestRecords } from './test-records.testing.ts';

const DAY_MS = 24 * 3_600_000;
const KEEP_MS = 30 * DAY_MS;
/** Ids of things that were made this many days ago. */
const idOf = (days: number): string => newUuid(Date.now() - days * DAY_MS);

const worker = newUuid();
let opened: TestRecords | undefined;
let records: Records;
let sql: pg.Client;

beforeEach(async () => {
  await opened?.[Symbol.asyncDispose]();
  opened = await openTestRecords();
  ({ records, sql } = opened);
});
afterAll(() => opened?.[Symbol.asyncDispose]());

const refOf = (id: string): ArtifactRef => ({
  ...{ id: showId('artifact', id), mediaType: 'text/plain', bytes: 1, sha256: 'a'.repeat(64) },
});

async function upload(days: number): Promise<string> {
  const id = idOf(days);
  await records.artifacts.add(LOCAL_TENANT, refOf(id));
  await age('artifact', 'created_at', id, days);
  return id;
}
const age = (table: string, column: string, id: string, days: number) =>
  sql.query(`UPDATE ${table} SET ${column} = now() - make_interval(secs => $2) WHERE id = $1`, [
    id,
    days * 86_400,
  ]);

/** A job that ended so many days ago; its task made a file. */
async function endedJob(
  days: number,
  input: unknown = 1,
  key?: string,
): Promise<{ id: string; file: string }> {
  const id = idOf(days);
  await records.jobs.submit({
    ...{ id, tenantId: LOCAL_TENANT, plan: oneStep, input: { x: input }, params: {}, metadata: {} },
    ...(key !== undefined && { idempotency: { key, sha256: 'x' } }),
    webhook: { id: newUuid(), url: 'http://127.0.0.1/', keyId: 'k' },
  });
  return { id, file: await end(id, days) };
}

async function end(id: string, days: number): Promise<string> {
  const [task] = await records.jobs.tasks(id, 1);
  const {
    tasks: [claimed],
  } = await records.tasks.claim([task!.id], worker);
  const file = newUuid();
  const { id: taskId, token } = claimed!;
  const output = { value: 7, list: null };
  await records.tasks.settle([{ taskId, token, outcome: 'completed', output, artifacts: [refOf(file)] }]);
  await age('job', 'finished_at', id, days);
  return file;
}

const told = () => sql.query(`UPDATE webhook_message SET state = 'delivered'`);
/** As after the pause between two walks. */
const due = () => sql.query(`UPDATE upkeep SET due_at = '-infinity'`);
const tidy = async (): Promise<string[]> => {
  await due();
  return records.upkeep.deleteOld(KEEP_MS);
};
async function counts(...tables: string[]): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of tables) {
    const { rows } = await sql.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    found[table] = rows[0]!.n;
  }
  return found;
}

test('an old job goes with all that belongs to it, once somebody was told; a younger one stays', async () => {
  const old = await endedJob(31, { file: refOf(await upload(32)) }, 'key');
  const young = await endedJob(29);
  expect(await tidy()).toEqual([]);
  await told();
  await sql.query(`INSERT INTO webhook_delivery (event_id, endpoint_id, attempt, token)
    SELECT event_id, endpoint_id, 1, gen_random_uuid() FROM webhook_message`);
  expect(await tidy()).toHaveLength(2);
  expect(await records.jobs.get(LOCAL_TENANT, old.id)).toBeUndefined();
  expect(await records.artifacts.get(LOCAL_TENANT, old.file)).toBeUndefined();
  expect(await records.jobs.get(LOCAL_TENANT, young.id)).toMatchObject({ state: 'completed' });
  const tables = [
    'job',
    'task',
    'event',
    'artifact',
    'webhook_endpoint',
    'webhook_message',
    'webhook_delivery',
  ];
  expect(await counts(...tables)).toEqual(Object.fromEntries(tables.map((table) => [table, 1])));
  expect(await counts('artifact_use')).toEqual({ artifact_use: 0 });
  // For ever is for ever.
  await due();
  await age('job', 'finished_at', young.id, 5_000);
  expect(await records.upkeep.deleteOld(0)).toEqual([]);
  expect(await counts('job')).toEqual({ job: 1 });
});

test('a file stays while any job names it, whoever made it, and goes with the last', async () => {
  const shared = await upload(60);
  const maker = await endedJob(50, { file: refOf(shared) });
  const user = await endedJob(40, [{ deep: refOf(maker.file) }, refOf(shared)]);
  await told();
  await age('job', 'finished_at', user.id, 1);
  expect(await tidy()).toEqual([]);
  expect(await records.jobs.get(LOCAL_TENANT, maker.id)).toBeUndefined();
  expect(await records.artifacts.get(LOCAL_TENANT, maker.file)).toBeDefined();
  await age('job', 'finished_at', user.id, 31);
  expect(new Set(await tidy())).toEqual(new Set([shared, maker.file, user.file]));
  expect(await counts('artifact', 'artifact_use', 'task')).toEqual({ artifact: 0, artifact_use: 0, task: 0 });
});

test('uploads that no job named within a day go; a job that runs keeps its own however old', async () => {
  const [forgotten, used, fresh] = [await upload(2), await upload(90), await upload(0)];
  const input = { x: refOf(used) };
  await records.jobs.submit({
    id: idOf(80),
    tenantId: LOCAL_TENANT,
    plan: oneStep,
    input,
    params: {},
    metadata: {},
  });
  expect(await tidy()).toEqual([forgotten]);
  expect(await records.upkeep.unknownArtifacts([forgotten, used, fresh])).toEqual([forgotten]);
  expect(await counts('job')).toEqual({ job: 1 });
});

test('a batch goes when all of it is old; its rows and its key with it', async () => {
  const id = idOf(40);
  const jobs = [idOf(40), idOf(40)];
  await records.batches.submit({
    ...{ id, tenantId: LOCAL_TENANT, plan: oneStep, metadata: {}, idempotency: { key: 'k', sha256: 'x' } },
    rows: [
      ...jobs.map((jobId, i) => ({ line: i + 1, jobId, input: { x: 1 }, params: {}, metadata: {} })),
      { line: 3, error: { code: 'input.invalid', message: 'No.' } },
    ],
  });
  for (const job of jobs) await end(job, 40);
  expect(await tidy()).toEqual([]);
  expect(await counts('job', 'batch')).toEqual({ job: 2, batch: 1 });
  await age('batch', 'finished_at', id, 31);
  await sql.query(`UPDATE idempotency SET created_at = now() - interval '25 h'`);
  expect(await tidy()).toHaveLength(2);
  const gone = ['job', 'batch', 'batch_row', 'event', 'task', 'idempotency'];
  expect(await counts(...gone)).toEqual(Object.fromEntries(gone.map((table) => [table, 0])));
});

test('what a retry has of an old job stays with the retry, though the old job goes', async () => {
  const shared = { tenantId: LOCAL_TENANT, plan: twoSteps, params: {}, metadata: {} };
  const [upload1, old] = [await upload(60), idOf(50)];
  await records.jobs.submit({ ...shared, id: old, input: { x: refOf(upload1) } });
  const file = await end(old, 50);
  await records.jobs.cancel(LOCAL_TENANT, old);
  const again = (await records.jobs.retry({ tenantId: LOCAL_TENANT, of: old, id: newUuid() })) as {
    id: string;
  };
  await age('job', 'finished_at', old, 50);
  expect(await tidy()).toEqual([]);
  expect(await records.jobs.get(LOCAL_TENANT, old)).toBeUndefined();
  expect(await records.artifacts.getMany(LOCAL_TENANT, [file, upload1])).toHaveProperty('size', 2);
  await records.jobs.cancel(LOCAL_TENANT, again.id);
  await sql.query(`UPDATE job SET id = $2, finished_at = now() - interval '40 days' WHERE id = $1`, [
    again.id,
    old,
  ]);
  await sql.query('UPDATE task SET job_id = $2 WHERE job_id = $1', [again.id, old]);
  await sql.query('UPDATE artifact_use SET job_id = $2 WHERE job_id = $1', [again.id, old]);
  expect(new Set(await tidy())).toEqual(new Set([file, upload1]));
});

test('a job stays while a younger batch has it among its rows', async () => {
  const id = idOf(40);
  const jobs = [idOf(40), idOf(40)];
  const rows = jobs.map((jobId, i) => ({ line: i + 1, jobId, input: { x: 1 }, params: {}, metadata: {} }));
  await records.batches.submit({ id, tenantId: LOCAL_TENANT, plan: oneStep, metadata: {}, rows });
  await end(jobs[0]!, 40);
  await records.batches.cancel(LOCAL_TENANT, id);
  const asked = { tenantId: LOCAL_TENANT, of: id, id: newUuid() };
  expect(await records.batches.retry(asked)).toMatchObject({ created: true });
  await age('batch', 'finished_at', id, 40);
  await age('job', 'finished_at', jobs[1]!, 40);
  await tidy();
  expect(await records.batches.rows(asked.id, { afterLine: 0, limit: 10 })).toMatchObject([
    { line: 1, jobId: jobs[0], state: 'completed' },
    { line: 2, state: 'queued' },
  ]);
  expect(await records.jobs.get(LOCAL_TENANT, jobs[1]!)).toBeUndefined();
});

test('many processes at once delete everything once, chunk by chunk', async () => {
  const files: string[] = [];
  for (let i = 0; i < 250; i++) files.push((await endedJob(40 + i / 1_000)).file);
  await told();
  const deleted: string[] = [];
  for (let round = 0; round < 4; round++)
    for (const chunk of await Promise.all(Array.from({ length: 5 }, () => records.upkeep.deleteOld(KEEP_MS))))
      deleted.push(...chunk);
  expect(deleted.sort()).toEqual(files.sort());
  expect(await counts('job', 'task')).toEqual({ job: 0, task: 0 });
  // All of it was walked through: nobody looks again before the pause is over.
  await endedJob(40);
  await told();
  expect(await records.upkeep.deleteOld(KEEP_MS)).toEqual([]);
});

test('one process at a time walks through the store, and the next goes on where it was', async () => {
  const takes = await Promise.all([1, 2, 3, 4].map(() => records.upkeep.takeObjects()));
  expect(takes.filter((position) => position !== undefined)).toEqual([{ prefix: '00' }]);
  const next = { prefix: '3f', after: newUuid() };
  await records.upkeep.leaveObjects(next);
  expect(await records.upkeep.takeObjects()).toBeUndefined();
  await due();
  expect(await records.upkeep.takeObjects()).toEqual(next);
});
