import { fillWithJobs } from '@intermodal/testing';
import { expect, test } from 'vitest';
import { openExplainingDatabase } from './explaining-database.testing.ts';
import { taskRecords } from './task-records.ts';
import { openTestRecords } from './test-records.testing.ts';
import { upkeepRecords } from './upkeep-records.ts';
import { webhookRecords } from './webhook-records.ts';

const DAY_MS = 24 * 3_600_000;

test('what comes round again and again does not look at the 20,000 things of which none is due', async () => {
  await using opened = await openTestRecords();
  const { sql, url } = opened;
  await fillWithJobs((text) => sql.query(text), 20_000);
  await sql.query(`
    UPDATE job SET state = 'queued', finished_at = NULL, deadline_at = now() + interval '1 h';
    UPDATE task SET state = 'ready', place = 'later', next_check_at = now() + interval '1 h';
    UPDATE webhook_message SET state = 'pending';
    INSERT INTO idempotency (tenant_id, key, sha256, job_id) SELECT j.tenant_id, j.id::text, '', j.id FROM job j;
    INSERT INTO artifact (id, tenant_id, media_type, bytes, sha256) SELECT new_id(), j.tenant_id, 'text/plain', 1, '' FROM job j;
    INSERT INTO upload (id, tenant_id, media_type, bytes, part_bytes, secret, expires_at)
      SELECT new_id(), j.tenant_id, 'text/plain', 1, 1, '', now() + interval '1 h' FROM job j`);
  await sql.query('VACUUM');
  await using explaining = await openExplainingDatabase(url);
  const { database, blocksOf } = explaining;
  const upkeep = upkeepRecords(database);
  const rounds: Record<string, () => Promise<unknown>> = {
    sweep: () => taskRecords(database, { leaseMs: 15_000 }).sweep(),
    webhooks: () =>
      webhookRecords(database).claim({ limit: 50, suspects: 10, leaseMs: 15_000, failuresMax: 5 }),
    audit: () => upkeep.deleteOldAudit(365 * DAY_MS),
    keysAndUploads: () => upkeep.deleteOld(0),
    endedUploads: () => upkeep.endedUploads(),
  };
  for (const [name, round] of Object.entries(rounds)) expect(await blocksOf(round), name).toBeLessThan(150);
});

test('before ANALYZE the end of an old job costs no look at the files of others', async () => {
  await using opened = await openTestRecords();
  await fillWithJobs((text) => opened.sql.query(text), 20_000);
  // As PostgreSQL would take a million rows to be, of which it has no statistics.
  await opened.sql.query(
    `UPDATE pg_class SET relpages = 1, reltuples = 2500 WHERE relname IN ('task', 'artifact')`,
  );
  await using explaining = await openExplainingDatabase(opened.url);
  const upkeep = upkeepRecords(explaining.database);
  expect(await upkeep.deleteOld(20 * DAY_MS)).not.toEqual([]);
  // A hundred jobs; there are 20,000 files.
  expect(await explaining.blocksOf(() => upkeep.deleteOld(20 * DAY_MS))).toBeLessThan(50_000);
});
