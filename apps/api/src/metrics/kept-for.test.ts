import { expect, test } from 'vitest';
import { keptFor } from './kept-for.ts';

test('asks once for all who come meanwhile and for a while after, and never keeps a failure', async () => {
  let now = 0;
  let asked = 0;
  let answer = Promise.withResolvers<number>();
  const read = () => {
    asked++;
    return answer.promise;
  };
  const kept = keptFor(read, { keepMs: 5_000, busyMost: 1, withinMs: 60_000, now: () => now });
  const both = Promise.all([kept(), kept()]);
  answer.resolve(7);
  expect(await both).toEqual([7, 7]);
  now = 4_999;
  expect(await kept()).toBe(7);
  expect(asked).toBe(1);

  now = 5_000;
  answer = Promise.withResolvers();
  const failing = kept();
  answer.reject(new Error('away'));
  await expect(failing).rejects.toThrow('away');
  await expect(kept()).rejects.toThrow('away');
  expect(asked).toBe(3);
});

test('what takes too long has failed, and is not begun a second time beside itself', async () => {
  let asked = 0;
  const answer = Promise.withResolvers<number>();
  const read = () => {
    asked++;
    return answer.promise;
  };
  const kept = keptFor(read, { keepMs: 5_000, busyMost: 1, withinMs: 1 });
  await expect(kept()).rejects.toThrow('no answer in 1 ms');
  await expect(kept()).rejects.toThrow('no answer in 1 ms');
  expect(asked).toBe(1);
  answer.resolve(7);
  expect(await kept()).toBe(7);
});

test('what takes long is asked for less often', async () => {
  let now = 0;
  let asked = 0;
  const read = async () => {
    asked++;
    now += 1_000;
    return asked;
  };
  const kept = keptFor(read, { keepMs: 5_000, busyMost: 1 / 20, withinMs: 60_000, now: () => now });
  expect(await kept()).toBe(1);
  now = 20_999;
  expect(await kept()).toBe(1);
  now = 21_000;
  expect(await kept()).toBe(2);
});
