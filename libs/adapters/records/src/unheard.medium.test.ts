import { newUuid } from '@intermodal/contracts';
import { oneStep } from '@intermodal/testing';
import { expect, test } from 'vitest';
import { LOCAL_TENANT } from './index.ts';
import { openTestRecords } from './test-records.testing.ts';

const worker = () => ({ id: newUuid(), pool: 'text', stages: ['toy.make@1'], slots: 2, engines: {} });

test('tasks of a reply that never arrived are put back by the next beat, and by no earlier one', async () => {
  await using opened = await openTestRecords();
  const { jobs, tasks } = opened.records;
  const submitted = async (): Promise<string> => {
    const id = newUuid();
    const job = { id, tenantId: LOCAL_TENANT, plan: oneStep, input: { x: 1 }, params: {}, metadata: {} };
    await jobs.submit(job);
    return (await jobs.tasks(id, 1))[0]!.id;
  };
  const placeOf = async (id: string) =>
    (await opened.sql.query(`SELECT state, crashes, place FROM task WHERE id = $1`, [id])).rows[0];
  const [one, other] = [worker(), worker()];
  const ids = { held: await submitted(), lost: await submitted(), strange: await submitted() };
  const { at: early } = await tasks.heartbeat(one, []);
  const {
    tasks: [held],
  } = await tasks.claim([ids.held], one.id);
  const {
    tasks: [lost],
  } = await tasks.claim([ids.lost], one.id);
  await tasks.claim([ids.strange], other.id);
  const leases = [{ taskId: held!.id, token: held!.token, progress: null }];

  // Leased after that moment: the reply may be on its way.
  const { at, waiting } = await tasks.heartbeat(one, leases, { before: early, besides: [] });
  expect(waiting).toEqual([]);
  // Known to the worker, which cannot say what became of it.
  expect((await tasks.heartbeat(one, leases, { before: at, besides: [ids.lost] })).waiting).toEqual([]);
  expect(await placeOf(ids.lost)).toMatchObject({ state: 'running' });

  expect(await tasks.heartbeat(one, leases, { before: at, besides: [] })).toMatchObject({
    held: [ids.held],
    waiting: ['toy.make@1'],
  });
  expect(await placeOf(ids.lost)).toEqual({ state: 'ready', crashes: 0, place: 'waiting' });
  expect(await placeOf(ids.held)).toMatchObject({ state: 'running' });
  expect(await placeOf(ids.strange)).toMatchObject({ state: 'running' });

  // Should the reply arrive after all, it is worth nothing.
  const output = { value: 1, list: null };
  const late = { taskId: ids.lost, token: lost!.token, outcome: 'completed', output, artifacts: [] } as const;
  expect((await tasks.settle([late])).fenced).toEqual([ids.lost]);

  await tasks.leave(one.id);
  expect(await placeOf(ids.held)).toEqual({ state: 'ready', crashes: 0, place: 'waiting' });
  expect(await placeOf(ids.strange)).toMatchObject({ state: 'running' });
});
