import { newUuid, type ErrorCode } from '@intermodal/contracts';
import type { Settlement } from '@intermodal/pipeline';
import { twoSteps } from '@intermodal/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOCAL_TENANT, openRecords, type Records } from './index.ts';
import { openTestRecords, type TestRecords } from './test-records.testing.ts';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const worker = newUuid();

let opened: TestRecords;
let records: Records;
/** As of a worker that traces. */
let traced: Records;
beforeAll(async () => {
  opened = await openTestRecords();
  ({ records } = opened);
  traced = openRecords({ databaseUrl: opened.url, connections: 2, traced: true });
});
afterAll(async () => {
  await traced.close();
  await opened[Symbol.asyncDispose]();
});

async function submit(more: { trace?: string; key?: string } = {}): Promise<string> {
  const submitted = await records.jobs.submit({
    ...{ id: newUuid(), tenantId: LOCAL_TENANT, plan: twoSteps, input: { x: 1 }, params: {}, metadata: {} },
    ...(more.key !== undefined && { idempotency: { key: more.key, sha256: 'same' } }),
    ...(more.trace !== undefined && { trace: more.trace }),
  });
  return submitted.jobId;
}
const ready = async (jobId: string): Promise<string[]> =>
  (await records.jobs.tasks(jobId, 10)).filter(({ state }) => state === 'ready').map(({ id }) => id);
const claimed = async (jobId: string, by: Records) =>
  (await by.tasks.claim(await ready(jobId), worker)).tasks;
const done = ({ id, token }: { id: string; token: string }): Settlement => ({
  ...{ taskId: id, token, outcome: 'completed', output: { value: 1 }, artifacts: [] },
});

test('a task names the trace of its job, claimed or taken with a settlement, to who asks', async () => {
  const jobId = await submit({ trace: TRACE });
  const [first] = await claimed(jobId, traced);
  expect(first!.trace).toBe(TRACE);
  const stage = (await records.jobs.tasks(jobId, 2))[1]!.stage!;
  const settled = await traced.tasks.settle([done(first!)], { workerId: worker, room: { [stage]: 1 } });
  expect(settled.claimed.map(({ path, trace }) => [path, trace])).toEqual([['second', TRACE]]);

  const [other] = await claimed(await submit({ trace: TRACE }), records);
  expect(other).not.toHaveProperty('trace');
});

test('where nobody traced the submission there is none; who repeats it gets the job in its own trace', async () => {
  const jobId = await submit({ key: 'k' });
  expect(await submit({ key: 'k', trace: TRACE })).toBe(jobId);
  expect((await claimed(jobId, traced))[0]).not.toHaveProperty('trace');
});

test('a retry is in the trace of the request for it', async () => {
  const old = await submit();
  const [first] = await claimed(old, records);
  const error = { code: 'media.unreadable' as ErrorCode, message: 'No.' };
  await records.tasks.settle([
    { taskId: first!.id, token: first!.token, outcome: 'failed', error, retry: false, outage: false },
  ]);
  const retried = await records.jobs.retry({ tenantId: LOCAL_TENANT, of: old, id: newUuid(), trace: TRACE });
  expect((await claimed((retried as { id: string }).id, traced))[0]!.trace).toBe(TRACE);
});
