import type { Claims, TaskRecords } from '@intermodal/pipeline';
import { expect, test } from 'vitest';
import { Takings } from './takings.ts';

test('a call that began before a moment is waited for, whether it answers or fails; a later one is not', async () => {
  let now = 0;
  const takings = new Takings(() => now);
  const calls: PromiseWithResolvers<Claims>[] = [];
  const claim = (): Promise<Claims> => {
    calls.push(Promise.withResolvers());
    return calls.at(-1)!.promise;
  };
  const records = takings.through({ claim } as Partial<TaskRecords> as TaskRecords);

  now = 1;
  const first = records.claim([], '');
  now = 2;
  const second = records.claim([], '');
  now = 5;
  const third = records.claim([], '');
  expect(takings.answeredUntil(0)).toBe(true);
  expect(takings.answeredUntil(3)).toBe(false);
  calls[0]!.resolve({ tasks: [], waiting: [] });
  await first;
  expect(takings.answeredUntil(1)).toBe(true);
  expect(takings.answeredUntil(3)).toBe(false);
  calls[1]!.reject(new Error('the connection ended'));
  await expect(second).rejects.toThrow('ended');
  expect(takings.answeredUntil(3)).toBe(true);
  expect(takings.answeredUntil(5)).toBe(false);
  calls[2]!.resolve({ tasks: [], waiting: [] });
  await third;
});
