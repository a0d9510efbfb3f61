import { expect, test } from 'vitest';
import { Admission } from './admission.ts';
import type { Delivery } from './ports/task-queue.ts';
import type { Admitted, ClaimedTask } from './ports/task-records.ts';

const NOTHING: Admitted = { claimed: [], deliveries: [], more: false };
const delivery = (id: string): Delivery => ({ stage: 'a@1', tasks: [{ id, attempt: 0 }] });

test('what is admitted is sent; what is the taker’s is accepted', async () => {
  const sent: Delivery[] = [];
  const accepted: ClaimedTask[] = [];
  const taken = { id: 'taken' } as ClaimedTask;
  const takers: unknown[] = [];
  const admission = new Admission({
    records: {
      admit: async (_stage, taker) => {
        takers.push(taker);
        return { claimed: [taken], deliveries: [delivery('sent')], more: false };
      },
    },
    queue: { send: async (deliveries) => void sent.push(...deliveries) },
    worker: {
      taker: () => ({ workerId: 'w', room: { 'a@1': 1 } }),
      accept: (tasks) => accepted.push(...tasks),
    },
    onFailure: () => {},
  });
  await admission.open(['a@1']);
  expect(sent).toEqual([delivery('sent')]);
  expect(accepted).toEqual([taken]);
  expect(takers).toEqual([{ workerId: 'w', room: { 'a@1': 1 } }]);
});

test('one look per stage at a time; whoever asks meanwhile is served by the next', async () => {
  const gate = Promise.withResolvers<void>();
  let looks = 0;
  const admission = new Admission({
    records: {
      async admit() {
        looks += 1;
        await gate.promise;
        return NOTHING;
      },
    },
    queue: { send: async () => {} },
    onFailure: () => {},
  });
  const first = admission.open(['a@1']);
  const others = [admission.open(['a@1']), admission.open(['a@1'])];
  expect(looks).toBe(1);
  gate.resolve();
  await Promise.all([first, ...others]);
  expect(looks).toBe(2);
});

test('where more waits than fitted, it looks again when there is room, and not otherwise', async () => {
  const looked: string[] = [];
  let more = true;
  const admission = new Admission({
    records: {
      async admit(stage) {
        looked.push(stage);
        return { ...NOTHING, more: more && stage === 'a@1' };
      },
    },
    queue: { send: async () => {} },
    onFailure: () => {},
  });
  const room = () => Promise.all([admission.refill('a@1'), admission.refill('b@1')]);
  await admission.open(['a@1', 'b@1']);
  more = false;
  await room();
  await room();
  expect(looked).toEqual(['a@1', 'b@1', 'a@1']);
});

test('a worker takes as long as it has room and there is something; what it cannot get it leaves to others', async () => {
  const rooms: (number | undefined)[] = [];
  const got = [3, 2, 0];
  let held = 0;
  const admission = new Admission({
    records: {
      async admit(_stage, taker) {
        rooms.push(taker?.room['a@1']);
        const claimed = Array.from({ length: got.shift()! }, () => ({ id: 'taken' }) as ClaimedTask);
        return { ...NOTHING, claimed, more: true };
      },
    },
    queue: { send: async () => {} },
    worker: {
      taker: () => ({ workerId: 'w', room: { 'a@1': 8 - held } }),
      accept: (tasks) => (held += tasks.length),
    },
    onFailure: () => {},
  });
  await admission.open(['a@1']);
  expect(rooms).toEqual([8, 5, 3]);
});

test('a failure is told and harms nobody', async () => {
  const failures: string[] = [];
  const admission = new Admission({
    records: { admit: () => Promise.reject(new Error('away')) },
    queue: { send: async () => {} },
    onFailure: (error, stage) => failures.push(`${stage}: ${(error as Error).message}`),
  });
  await admission.open(['a@1']);
  await admission.settled();
  expect(failures).toEqual(['a@1: away']);
});
