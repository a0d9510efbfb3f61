import type { JobFilter } from '@intermodal/pipeline';
import type { Records } from '@intermodal/records';
import { fillWithJobs, TENANTS_WITH_JOBS } from '@intermodal/testing';
import type { Benchmark } from '../benchmark.ts';
import { spreadOf, type Figure } from '../figure.ts';
import { createDatabase, openBenchDatabase, type BenchDatabase } from '../machine/database.ts';
import { interleave } from '../rounds.ts';

const SIZES = { full: { many: 1_000_000, few: 1_000 }, quick: { many: 10_000, few: 1_000 } };
const LIMIT = 20;
/** Of one round: the median of so many is its sample. */
const READS = 15;

const [tenantId] = TENANTS_WITH_JOBS;
/** Of the first hundred jobs: one, and the file that it made. */
type Read = (records: Records, early: string, file: string) => Promise<unknown>;

const jobs =
  (filter: Omit<JobFilter, 'limit'>): Read =>
  ({ jobs: { list } }) =>
    list(tenantId, { ...filter, limit: LIMIT });

const READS_BY_NAME: Readonly<Record<string, Read>> = {
  'jobs, first page': jobs({}),
  'jobs, last page': ({ jobs: { list } }, before) => list(tenantId, { before, limit: LIMIT }),
  'jobs that failed': jobs({ state: 'failed' }),
  'jobs that were cancelled, long ago': jobs({ state: 'cancelled' }),
  'jobs that wait, of which there is one': jobs({ state: 'queued' }),
  'jobs with metadata that few have': jobs({ metadata: { user: 'u7' } }),
  'jobs with metadata that many have': jobs({ metadata: { project: 'p1' } }),
  'one job': ({ jobs: { get } }, early) => get(tenantId, early),
  'its file’s lineage': ({ artifacts: { lineage } }, _, file) => lineage(tenantId, file),
  'audit log, last page': ({ audit: { list } }, before) => list(tenantId, { before, limit: LIMIT }),
  'messages to a webhook, last page': ({ webhooks: { endpoints } }, before) =>
    endpoints.messages(tenantId, { before, limit: LIMIT }),
  'messages that failed': ({ webhooks: { endpoints } }) =>
    endpoints.messages(tenantId, { state: 'failed', limit: LIMIT }),
  backlog: ({ pools }) => pools.backlog(['toy.make@1'], 10_000),
  'a sweep': ({ tasks }) => tasks.sweep(),
};

/** What a read costs in tables that hold a million finished jobs, beside the same in tables with a thousand, in turn. */
export const reads: Benchmark = {
  name: 'reads',
  async run({ startStack, quick, rounds, say }) {
    const { many, few } = SIZES[quick ? 'quick' : 'full'];
    await using stack = await startStack();
    const filled = async (count: number): Promise<BenchDatabase> => {
      const database = await openBenchDatabase(
        await createDatabase(stack.trial.databaseUrl, `reads_${count}`),
      );
      await fillWithJobs(database.query, count);
      return database;
    };
    await using ours = await filled(many);
    await using yardstick = await filled(few);
    const figures: Figure[] = [];
    // As autovacuum would have in the days that it takes to do so much. Plans without statistics are held to by tests of the records.
    for (const { query } of [ours, yardstick]) await query('VACUUM ANALYZE');
    for (const [name, read] of Object.entries(READS_BY_NAME)) {
      say(name);
      const samples = await interleave(
        rounds,
        { yardstick: await timed(yardstick, read), ours: await timed(ours, read) },
        say,
      );
      figures.push({
        ...{ benchmark: 'reads', name: `${name}, of ${many}`, unit: 'ms' },
        ours: spreadOf(samples.ours),
        yardstick: { name: `of ${few}, in turn`, value: spreadOf(samples.yardstick) },
        target: { atMost: 3 },
      });
    }
    return figures;
  },
};

async function timed({ records, query }: BenchDatabase, read: Read): Promise<() => Promise<number>> {
  const [row] = await query<{ job: string; file: string }>(
    `SELECT t.job_id AS job, a.id AS file FROM (SELECT id FROM job WHERE tenant_id = $1 ORDER BY id OFFSET 99 LIMIT 1) j
     JOIN task t ON t.job_id = j.id JOIN artifact a ON a.task_id = t.id`,
    [tenantId],
  );
  const ask = () => read(records, row!.job, row!.file);
  if ((await ask()) === undefined) throw new Error('What was asked for is not there.');
  return async () => {
    const samples: number[] = [];
    for (let i = 0; i < READS; i++) {
      const since = performance.now();
      await ask();
      samples.push(performance.now() - since);
    }
    return spreadOf(samples).median;
  };
}
