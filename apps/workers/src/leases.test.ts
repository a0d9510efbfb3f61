import { EventEmitter, once } from 'node:events';
import type { Beat, ClaimedTask, Claims, TaskRecords, Unheard } from '@intermodal/pipeline';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Leases } from './leases.ts';
import { Takings } from './takings.ts';

test('a beat tells of what is held since the beat before, unless a call of then is still to answer', async () => {
  const beats = new EventEmitter();
  const reply = Promise.withResolvers<Claims>();
  let count = 0;
  const records = {
    async heartbeat(_worker: unknown, leases: readonly unknown[], unheard?: Unheard): Promise<Beat> {
      setImmediate(() => beats.emit('beat', leases.length, unheard));
      return { held: ['known'], at: `beat ${++count}`, waiting: unheard ? ['toy.make@1'] : [] };
    },
    claim: () => reply.promise,
  } as Partial<TaskRecords> as TaskRecords;
  const takings = new Takings();
  const putBack: string[][] = [];
  const leases = new Leases(
    records,
    { id: 'w', pool: 'text', stages: [], slots: 1, engines: {} },
    {
      intervalMs: 1,
      pace: () => ({}),
      takings,
      onPutBack: (stages) => putBack.push([...stages]),
      log: pino({ level: 'silent' }),
    },
  );
  const slow = takings.through(records).claim([], 'w');
  await leases.start();
  expect(await once(beats, 'beat')).toEqual([0, undefined]);
  expect(await once(beats, 'beat')).toEqual([0, undefined]);
  reply.resolve({ tasks: [], waiting: [] });
  await slow;
  leases.hold({ id: 'known', token: 'a' } as ClaimedTask);
  leases.hold({ id: 'refused', token: 'b' } as ClaimedTask).giveUp();
  let told: [number, Unheard | undefined];
  do told = (await once(beats, 'beat')) as typeof told;
  while (told[0] === 0);
  expect(told).toEqual([2, { before: expect.stringMatching(/^beat \d+$/), besides: ['refused'] }]);
  await leases.stop();
  expect(putBack).toContainEqual(['toy.make@1']);
});
