import type { JobFilter } from '@intermodal/pipeline';
import { fillWithJobs, TENANTS_WITH_JOBS } from '@intermodal/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditRecords } from './audit-records.ts';
import { openExplainingDatabase, type ExplainingDatabase } from './explaining-database.testing.ts';
import { jobRecords } from './job-records.ts';
import { StoredPlans } from './plan-rows.ts';
import { openTestRecords, type TestRecords } from './test-records.testing.ts';
import { webhookRecords } from './webhook-records.ts';

/** A page of five, or a look at the newest 2,000. All that there are have some 700, and an index of them more. */
const FEW_BLOCKS = 250;
const JOBS = 20_000;
const [LOCAL_TENANT, OTHER_TENANT] = TENANTS_WITH_JOBS;
/** The endpoint of the first tenant has its id. */
const ENDPOINT = LOCAL_TENANT;

let opened: TestRecords;
let explaining: ExplainingDatabase;
beforeAll(async () => {
  opened = await openTestRecords();
  await fillWithJobs((text) => opened.sql.query(text), JOBS);
  explaining = await openExplainingDatabase(opened.url);
});
afterAll(async () => {
  await explaining[Symbol.asyncDispose]();
  await opened[Symbol.asyncDispose]();
});

const jobId = async (n: number): Promise<string> =>
  (await opened.sql.query<{ id: string }>(`SELECT id FROM job WHERE input ->> 'n' = $1::text`, [n])).rows[0]!
    .id;

const momentOf = (n: number): Date =>
  new Date(Date.now() - 10_000 - ((JOBS - n) / JOBS) * 30 * 24 * 3_600_000);

/** What is asked for, and how many there are. */
const LISTS: readonly [what: string, filter: Omit<JobFilter, 'limit'>, jobs: number][] = [
  ['all', {}, 18_000],
  ['that failed', { state: 'failed' }, 200],
  ['that were cancelled, long ago', { state: 'cancelled' }, 10],
  ['that wait', { state: 'queued' }, 1],
  ['that run, of which there are none', { state: 'running' }, 0],
  ['with metadata that many have', { metadata: { project: 'p1' } }, 4_000],
  ['with metadata that few have', { metadata: { user: 'u7' } }, 4],
  ['with metadata that nobody has', { metadata: { user: 'nobody' } }, 0],
  ['with what few have of what many have', { metadata: { project: 'p3', user: 'u7' } }, 2],
  ['of a few hours, long ago', { from: momentOf(99.5), until: momentOf(199.5) }, 90],
];

describe.each(['before ANALYZE', 'after ANALYZE'])('of 20,000 jobs, %s,', (when) => {
  beforeAll(async () => {
    if (when === 'after ANALYZE') await opened.sql.query('ANALYZE');
  });
  const jobs = () => jobRecords(explaining.database, new StoredPlans(), undefined);

  test.each(LISTS)('those %s are found without a look at the others', async (_, filter) => {
    expect(await explaining.blocksOf(() => jobs().list(LOCAL_TENANT, { ...filter, limit: 5 }))).toBeLessThan(
      FEW_BLOCKS,
    );
  });

  test.each([{}, { state: 'failed' }] as const)(
    'the last page of %j costs no more than the first',
    async (filter) => {
      const page = { ...filter, before: await jobId(400), limit: 5 };
      expect((await jobs().list(LOCAL_TENANT, page)).jobs).toHaveLength('state' in filter ? 4 : 5);
      expect(await explaining.blocksOf(() => jobs().list(LOCAL_TENANT, page))).toBeLessThan(FEW_BLOCKS);
    },
  );

  test('pages of the audit log and of messages are found, too', async () => {
    const before = await jobId(400);
    const { list } = auditRecords(explaining.database);
    expect(await explaining.blocksOf(() => list(LOCAL_TENANT, { limit: 5, before }))).toBeLessThan(
      FEW_BLOCKS,
    );
    const { messages } = webhookRecords(explaining.database).endpoints;
    for (const state of ['pending', 'failed'] as const) {
      expect(await messages(ENDPOINT, { limit: 5, state })).toMatchObject([{ state }]);
      expect(await explaining.blocksOf(() => messages(ENDPOINT, { limit: 5, state }))).toBeLessThan(
        FEW_BLOCKS,
      );
    }
    const [{ eventId } = { eventId: '' }] = await messages(ENDPOINT, { limit: 1, before });
    for (const page of [{ before }, { eventId }])
      expect(await explaining.blocksOf(() => messages(ENDPOINT, { limit: 5, ...page }))).toBeLessThan(
        FEW_BLOCKS,
      );
  });
});

test.each([
  ...LISTS,
  // Nothing finds these but to look at all: page by page.
  ['of a pipeline that was used long ago', { pipeline: 'forgotten' }, 10],
  ['of a pipeline that there is not', { pipeline: 'none' }, 0],
  ['that completed of a pipeline', { state: 'completed', pipeline: 'usual' }, 17_779],
  ['of a few moments that failed', { state: 'failed', from: momentOf(9_999.5) }, 100],
] as typeof LISTS)('page by page each of those %s is there once', async (_, filter, jobs) => {
  const seen: string[] = [];
  for (let before: string | undefined; ;) {
    const page = await opened.records.jobs.list(LOCAL_TENANT, {
      ...filter,
      limit: 1_000,
      ...(before && { before }),
    });
    seen.push(...page.jobs.map(({ id }) => id));
    before = page.next;
    if (before === undefined) break;
  }
  expect(seen).toEqual([...new Set(seen)].sort().reverse());
  expect(seen).toHaveLength(jobs);
});

test('a page that has looked at enough says where to go on', async () => {
  const filter = { state: 'completed', until: momentOf(15_000), from: momentOf(1) } as const;
  await opened.sql.query(`UPDATE job SET created_at = '2000-01-01' WHERE id >= first_id($1)`, [
    momentOf(2_000),
  ]);
  const first = await opened.records.jobs.list(LOCAL_TENANT, { ...filter, limit: 5 });
  expect(first).toEqual({ jobs: [], next: expect.any(String) as string });
  const second = await opened.records.jobs.list(LOCAL_TENANT, { ...filter, limit: 5, before: first.next! });
  expect(second.jobs).toHaveLength(5);
});

test('who reads in the name of a tenant is told of no other tenant, whatever is asked', async () => {
  const others = () =>
    explaining.database.read(
      LOCAL_TENANT,
      'others',
      'SELECT * FROM list_jobs($1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 5, 5)',
      [OTHER_TENANT],
    );
  const ids = (await others()).map((row) => (row as { id: string }).id);
  const { rows } = await opened.sql.query(`SELECT DISTINCT tenant_id FROM job WHERE id = ANY ($1)`, [ids]);
  expect(rows).toEqual([{ tenant_id: LOCAL_TENANT }]);
});
