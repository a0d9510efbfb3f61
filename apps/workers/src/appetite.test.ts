import { expect, test } from 'vitest';
import { Appetite } from './appetite.ts';

const STAGE = 'toy.make@1';

test('before anything is measured, one task per slot', () => {
  expect(new Appetite(3, [STAGE]).room()).toEqual({ [STAGE]: 3 });
});

test('long tasks: one per slot; short tasks: many; never without end', () => {
  for (const [ms, room] of [
    [5_000, 2],
    [5, 10],
    [0.001, 500],
  ] as const) {
    const appetite = new Appetite(2, [STAGE]);
    appetite.measured(STAGE, ms);
    expect(appetite.room()).toEqual({ [STAGE]: room });
  }
});

test('tasks that go through a model together: two micro-batches, however long they take', () => {
  const appetite = new Appetite(2, [STAGE], { together: new Map([[STAGE, 8]]) });
  expect(appetite.room()).toEqual({ [STAGE]: 16 });
  appetite.measured(STAGE, 5_000);
  expect(appetite.room()).toEqual({ [STAGE]: 16 });
});

test('who finds no room waits until a task is given up, in turn', async () => {
  const appetite = new Appetite(1, [STAGE]);
  const first = await appetite.take(STAGE);
  const order: string[] = [];
  const second = appetite.take(STAGE).then((place) => (order.push('second'), place));
  const third = appetite.take(STAGE).then((place) => (order.push('third'), place));
  expect(appetite.room()).toEqual({ [STAGE]: 0 });
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  (await second)[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  expect(order).toEqual(['second', 'third']);
  expect(appetite.room()).toEqual({ [STAGE]: 1 });
});

test('it asks for many or for none, and not for more than can be settled', () => {
  const hungry: number[] = [];
  const appetite: Appetite = new Appetite(2, [STAGE], {
    onHunger: () => hungry.push(appetite.wants()[STAGE]!),
  });
  appetite.measured(STAGE, 5);
  const places = Array.from({ length: 10 }, () => appetite.add(STAGE));
  expect(appetite.wants()).toEqual({ [STAGE]: 0 });
  for (const place of places) place.ran();
  expect(hungry).toEqual([5, 6, 7, 8, 9, 10]);
  // All of them are still to be settled: as many again may come, and then no more.
  const next = Array.from({ length: 10 }, () => appetite.add(STAGE));
  for (const place of next) place.ran();
  expect(appetite.room()).toEqual({ [STAGE]: 10 });
  expect(appetite.wants()).toEqual({ [STAGE]: 0 });
  hungry.length = 0;
  for (const place of places) place[Symbol.dispose]();
  for (const place of places) place.ran();
  expect(hungry).toEqual([5, 6, 7, 8, 9, 10]);
});

test('a measurement that shows short tasks lets more of those that wait go on', async () => {
  const appetite = new Appetite(1, [STAGE]);
  const first = await appetite.take(STAGE);
  const waiting = [appetite.take(STAGE), appetite.take(STAGE), appetite.take(STAGE)];
  appetite.measured(STAGE, 1);
  first[Symbol.dispose]();
  for (const place of await Promise.all(waiting)) place[Symbol.dispose]();
  expect(appetite.means()).toEqual({ [STAGE]: 1 });
});

test('who drains lets everybody go on', async () => {
  const appetite = new Appetite(1, [STAGE]);
  await appetite.take(STAGE);
  const waiting = appetite.take(STAGE);
  appetite.release();
  await waiting;
});

test('while no slot becomes free soon it wants nothing, and afterwards what it wanted before', async () => {
  let stuck = true;
  const hungry: string[] = [];
  const appetite = new Appetite(2, [STAGE], {
    isStuck: () => stuck,
    onHunger: (stage) => hungry.push(stage),
  });
  const waiting = appetite.take(STAGE);
  expect([appetite.room(), appetite.wants()]).toEqual([{ [STAGE]: 0 }, { [STAGE]: 0 }]);
  stuck = false;
  appetite.moved();
  await waiting;
  expect(hungry).toEqual([STAGE]);
  expect(appetite.wants()).toEqual({ [STAGE]: 1 });
});
