import { newUuid } from '@intermodal/contracts';
import { oneStep } from '@intermodal/testing';
import { expect, test } from 'vitest';
import { LOCAL_TENANT } from './index.ts';
import { openTestRecords } from './test-records.testing.ts';

const STAGE = 'toy.make@1';
const STAGES = [STAGE, 'toy.other@1'];

test('what waits and runs is told by lane and by tenant, and nothing is told where nothing is', async () => {
  await using opened = await openTestRecords();
  const { jobs, tasks, figures, tenants } = opened.records;
  const nothing = await figures.tenants(STAGES);
  expect(nothing.lanes.map(({ waiting, waitSeconds }) => [waiting, waitSeconds])).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(nothing.shareMax).toBeNull();
  expect(await figures.ages(STAGES)).toEqual({ [STAGE]: 0, 'toy.other@1': 0 });
  expect(await figures.lanes(STAGES)).toHaveLength(4);

  const { id: other } = await tenants.create({ id: newUuid(), name: 'other' });
  const submitted = async (tenantId: string): Promise<string> => {
    const id = newUuid();
    await jobs.submit({ id, tenantId, plan: oneStep, input: { x: 1 }, params: {}, metadata: {} });
    return (await jobs.tasks(id, 1))[0]!.id;
  };
  const worker = { id: newUuid(), pool: 'text', stages: [STAGE], slots: 1, engines: {} };
  await tasks.heartbeat(worker, []);
  const held = [await submitted(LOCAL_TENANT), await submitted(LOCAL_TENANT), await submitted(other)];
  await tasks.claim(held, worker.id);
  await submitted(LOCAL_TENANT);
  await submitted(LOCAL_TENANT);
  await submitted(other);
  await opened.sql.query(`UPDATE job SET created_at = now() - interval '100 s' WHERE tenant_id = $1`, [
    other,
  ]);
  await opened.sql.query(`UPDATE task SET lane = 1 WHERE tenant_id = $1 AND state = 'ready'`, [other]);

  expect(await figures.lanes(STAGES)).toMatchObject([
    { stage: STAGE, lane: 'interactive', ready: 2, capped: false, later: 0, leased: 3 },
    { stage: STAGE, lane: 'batch', ready: 1, capped: false, later: 0, leased: 0 },
    { stage: 'toy.other@1', ready: 0, leased: 0 },
    { stage: 'toy.other@1', ready: 0, leased: 0 },
  ]);
  const ages = await figures.ages(STAGES);
  expect(ages[STAGE]).toBeGreaterThanOrEqual(100);
  expect(ages['toy.other@1']).toBe(0);
  const { lanes, shareMax } = await figures.tenants(STAGES);
  expect(lanes).toMatchObject([
    { lane: 'interactive', waiting: 1 },
    { lane: 'batch', waiting: 1 },
  ]);
  expect(lanes[1]!.waitSeconds![2]).toBeGreaterThanOrEqual(100);
  expect(shareMax).toBeCloseTo(2 / 3);

  // Sent and not taken, it still waits.
  await opened.sql.query(
    `UPDATE task SET place = 'sent', next_check_at = now() + interval '1 h' WHERE state = 'ready'`,
  );
  expect((await figures.ages(STAGES))[STAGE]).toBeGreaterThanOrEqual(100);
  expect((await figures.lanes(STAGES))[0]).toMatchObject({ ready: 2 });
  await opened.sql.query(`UPDATE task SET place = 'later' WHERE state = 'ready'`);
  expect((await figures.lanes(STAGES))[0]).toMatchObject({ ready: 0, later: 2 });
});

test('messages to webhooks: due and later, how late, and who is left alone', async () => {
  await using opened = await openTestRecords();
  const { sql } = opened;
  const { figures } = opened.records;
  const none = { due: 0, later: 0, lateSeconds: 0, openBreakers: 0 };
  expect(await figures.webhooks()).toEqual(none);
  await sql.query(`SET session_replication_role = replica`);
  const message = (target: string, due: string) =>
    sql.query(
      `INSERT INTO webhook_message (event_id, endpoint_id, target, due_at)
       VALUES (gen_random_uuid(), gen_random_uuid(), $1, now() + $2::interval)`,
      [target, due],
    );
  const [alone, open] = [newUuid(), newUuid()];
  await message(alone, '-500 s');
  await message(open, '-60 s');
  await message(open, '1 h');
  await sql.query(
    `INSERT INTO webhook_breaker (target, failures, open_until) VALUES ($1, 9, now() + interval '1 h')`,
    [alone],
  );
  const told = await figures.webhooks();
  expect(told).toMatchObject({ due: 2, later: 1, openBreakers: 1 });
  expect(Math.floor(told.lateSeconds)).toBe(60);
});
