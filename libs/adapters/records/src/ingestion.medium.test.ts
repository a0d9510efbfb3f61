import { newUuid, showId } from '@intermodal/contracts';
import type { Ingestion, NewBatchFile, NewBatchRow, Stretch } from '@intermodal/pipeline';
import { twoSteps } from '@intermodal/testing';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCAL_TENANT, openRecords, type Records } from './index.ts';
import { openTestRecords, type TestRecords } from './test-records.testing.ts';

let opened: TestRecords;
let records: Records;
let sql: pg.Client;
beforeAll(async () => {
  opened = await openTestRecords();
  ({ records, sql } = opened);
});
afterAll(() => opened[Symbol.asyncDispose]());

const BYTES = 400;
const uploaded = async (tenantId = LOCAL_TENANT): Promise<string> => {
  const uuid = newUuid();
  const artifact = { id: showId('artifact', uuid), mediaType: 'application/jsonl', bytes: BYTES };
  await records.artifacts.add(tenantId, { ...artifact, sha256: '0'.repeat(64) });
  return uuid;
};
const submit = async (total: number, more: Partial<NewBatchFile> = {}, on = records) => {
  const submitted = await on.batches.submitFile({
    id: newUuid(),
    tenantId: LOCAL_TENANT,
    plan: twoSteps,
    artifactId: more.artifactId ?? (await uploaded()),
    total,
    params: { loud: true },
    metadata: {},
    ...more,
  });
  return { ...submitted, batchId: submitted.batch.id };
};
const good = (line: number): NewBatchRow => ({
  line,
  customId: `row-${line}`,
  jobId: newUuid(),
  input: { x: line },
  params: {},
  metadata: {},
});
const bad = (line: number): NewBatchRow => ({ line, error: { code: 'input.invalid', message: 'No.' } });
const stretch = (rows: NewBatchRow[], last = false): Stretch => ({
  rows,
  nextByte: last ? BYTES : rows.at(-1)!.line * 100,
  line: rows.at(-1)!.line,
  last,
});
const take = async (): Promise<Ingestion> => (await records.ingestions.take())!;
const expire = () => sql.query("UPDATE ingestion SET due_at = '-infinity'");
const get = async (id: string) => (await records.batches.get(LOCAL_TENANT, id))!;
const linesOf = async (id: string) =>
  (await records.batches.rows(id, { afterLine: 0, limit: 1_000 })).map(({ line }) => line);
const endAll = async (): Promise<void> => {
  for (const { id } of await records.batches.list(LOCAL_TENANT, { limit: 100 }))
    await records.batches.cancel(LOCAL_TENANT, id);
};

describe('the file of a batch', () => {
  test('is read stretch by stretch; the batch is open once all of it was read', async () => {
    const { batchId } = await submit(4);
    expect(await get(batchId)).toMatchObject({
      state: 'validating',
      total: 4,
      invalid: 0,
      jobs: { queued: 0 },
    });
    const taken = await take();
    expect(taken).toMatchObject({
      batchId,
      bytes: BYTES,
      nextByte: 0,
      line: 0,
      params: { loud: true },
      tries: 1,
    });
    expect(taken.plan).toEqual(JSON.parse(JSON.stringify(twoSteps)));
    expect(await records.ingestions.take()).toBeUndefined();
    expect(await records.ingestions.add(taken, stretch([good(1), bad(2)]))).toEqual(['toy.make@1']);
    expect(await get(batchId)).toMatchObject({ state: 'validating', invalid: 1, jobs: { queued: 1 } });
    await records.ingestions.add(taken, stretch([good(3), good(4)], true));
    expect(await get(batchId)).toMatchObject({ state: 'open', invalid: 1, jobs: { queued: 3 } });
    expect(await linesOf(batchId)).toEqual([1, 2, 3, 4]);
    await endAll();
  });

  test('is gone on with where the last stretch ended, by whoever comes when its reader is lost', async () => {
    const { batchId } = await submit(4);
    const first = await take();
    await records.ingestions.add(first, stretch([good(1), good(2)]));
    await expire();
    const second = await take();
    expect(second).toMatchObject({ batchId, nextByte: 200, line: 2, tries: 1 });
    expect(await records.ingestions.customIds(batchId)).toEqual(
      new Map([
        ['row-1', 1],
        ['row-2', 2],
      ]),
    );
    // The first one was only slow: what it would write again is not written.
    expect(await records.ingestions.hold(first)).toBe(false);
    expect(await records.ingestions.add(first, stretch([good(3)]))).toBeUndefined();
    await records.ingestions.fail(first, { code: 'internal.bug', message: 'No.' });
    await records.ingestions.leave(first, 0);
    expect(await records.ingestions.hold(second)).toBe(true);
    await records.ingestions.add(second, stretch([good(3), good(4)], true));
    expect(await linesOf(batchId)).toEqual([1, 2, 3, 4]);
    await endAll();
  });

  test('that kills its reader is known by its tries; who gives it back does not count', async () => {
    await submit(4);
    const first = await take();
    await records.ingestions.leave(first, 0);
    expect((await take()).tries).toBe(1);
    await expire();
    const third = await take();
    expect(third.tries).toBe(2);
    await records.ingestions.add(third, stretch([good(1)]));
    await expire();
    expect((await take()).tries).toBe(1);
    await endAll();
  });

  test('that cannot be read fails its batch, and cancels what has begun', async () => {
    const { batchId } = await submit(4);
    const taken = await take();
    await records.ingestions.add(taken, stretch([good(1), bad(2)]));
    await records.ingestions.fail(taken, { code: 'artifact.not_found', message: 'It is gone.' });
    expect(await get(batchId)).toMatchObject({
      state: 'failed',
      error: { code: 'artifact.not_found' },
      jobs: { cancelled: 1 },
    });
    const { rows } = await sql.query('SELECT type FROM event WHERE batch_id = $1', [batchId]);
    expect(rows).toEqual([{ type: 'batch.failed' }]);
    expect(await records.ingestions.take()).toBeUndefined();
  });

  test('is left when its batch is cancelled, also in the middle of a stretch', async () => {
    for (let round = 0; round < 20; round++) {
      const { batchId } = await submit(4);
      const taken = await take();
      const [added] = await Promise.all([
        records.ingestions.add(taken, stretch([good(1), good(2)], round % 2 === 0)),
        records.batches.cancel(LOCAL_TENANT, batchId),
      ]);
      const { state, jobs } = await get(batchId);
      expect({ state, open: jobs.queued + jobs.running }).toEqual({ state: 'cancelled', open: 0 });
      expect(jobs.cancelled).toBe(added ? 2 : 0);
      expect(await records.ingestions.hold(taken)).toBe(false);
    }
  });

  test('without a good row fails the batch; nothing at all in it is not asked for', async () => {
    const { batchId } = await submit(2);
    await records.ingestions.add(await take(), stretch([bad(1), bad(2)], true));
    expect(await get(batchId)).toMatchObject({ state: 'failed', invalid: 2, error: null });
    expect(await records.batches.badRows(batchId, { afterLine: 1, limit: 9 })).toMatchObject([{ line: 2 }]);
  });

  test('stays while it is read, however old it is; and must be there, and of the tenant', async () => {
    const { batchId } = await submit(1);
    await sql.query(`UPDATE artifact SET created_at = now() - interval '3 days'`);
    const { rows } = await sql.query<{ artifact_id: string }>('SELECT artifact_id FROM ingestion');
    const drop = async () =>
      (await sql.query('SELECT drop_artifacts($1)', [[rows[0]!.artifact_id]])).rowCount;
    expect(await drop()).toBe(0);
    await records.batches.cancel(LOCAL_TENANT, batchId);
    expect(await drop()).toBe(1);
    await expect(submit(1, { artifactId: newUuid() })).rejects.toMatchObject({ code: 'artifact.not_found' });
  });

  test('is answered as it was accepted, whatever has become of it since; of a known key, as it stands', async () => {
    // Whoever comes next on the one connection comes right behind what accepts the batch.
    const one = openRecords({ databaseUrl: opened.url, connections: 1 });
    const [id, idempotency] = [newUuid(), { key: newUuid(), sha256: 'a' }];
    const artifactId = await uploaded();
    const [{ batch }] = await Promise.all([
      submit(3, { id, idempotency, artifactId }, one),
      one.batches.cancel(LOCAL_TENANT, id),
    ]);
    expect(batch).toMatchObject({ id, state: 'validating', total: 3, jobs: { queued: 0 } });
    const again = await submit(3, { idempotency, artifactId }, one);
    expect(again).toMatchObject({ created: false, batch: { id, state: 'cancelled' } });
    await one.close();
  });

  test('of one key is one batch, however many send it at once', async () => {
    const idempotency = { key: newUuid(), sha256: 'a' };
    const many = await Promise.all(Array.from({ length: 8 }, () => submit(3, { idempotency })));
    expect(new Set(many.map(({ batchId }) => batchId)).size).toBe(1);
    expect(many.filter(({ created }) => created)).toHaveLength(1);
    await expect(submit(3, { idempotency: { ...idempotency, sha256: 'b' } })).rejects.toMatchObject({
      code: 'idempotency.conflict',
    });
    await endAll();
  });

  test('waits for room in the quota; one that could never fit is refused', async () => {
    const { rows } = await sql.query<{ open: number }>(
      'SELECT coalesce(sum(jobs), 0)::int AS open FROM open_jobs',
    );
    expect(rows[0]!.open).toBe(0);
    await using small = smallRecords();
    await expect(submit(4, {}, small.records)).rejects.toMatchObject({ code: 'quota.open_jobs' });
    const { batchId } = await submit(3, {}, small.records);
    const before = await records.batches.submit({
      ...{ id: newUuid(), tenantId: LOCAL_TENANT, plan: twoSteps, metadata: {} },
      rows: [good(1), good(2)],
    });
    const taken = (await small.records.ingestions.take())!;
    const adding = () => small.records.ingestions.add(taken, stretch([good(1), good(2), good(3)], true));
    await expect(adding()).rejects.toMatchObject({ code: 'quota.open_jobs' });
    await records.batches.cancel(LOCAL_TENANT, before.batchId);
    await adding();
    expect(await get(batchId)).toMatchObject({ state: 'open', jobs: { queued: 3 } });
    await endAll();
  });

  test('was cancelled half-way: its retry has the rows that were read', async () => {
    const { batchId } = await submit(4);
    await records.ingestions.add(await take(), stretch([good(1), bad(2)]));
    const retry = () => records.batches.retry({ tenantId: LOCAL_TENANT, of: batchId, id: newUuid() });
    expect(await retry()).toBe('refused');
    await records.batches.cancel(LOCAL_TENANT, batchId);
    const again = await retry();
    expect(await get((again as { id: string }).id)).toMatchObject({
      total: 2,
      invalid: 1,
      jobs: { queued: 1 },
    });
    await endAll();
  });
});

/** On the same database, for three open jobs. */
function smallRecords(): { records: Records } & AsyncDisposable {
  const small = openRecords({ databaseUrl: opened.url, openJobsMax: 3 });
  return { records: small, [Symbol.asyncDispose]: () => small.close() };
}
