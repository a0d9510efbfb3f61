import { expect, test } from 'vitest';
import { Slots } from './slots.ts';

test('no more holders than slots, first come first served, and a slot is given back once', async () => {
  const slots = new Slots(1);
  const order: string[] = [];
  const first = await slots.take();
  const second = slots.take().then((slot) => (order.push('second'), slot));
  const third = slots.take().then((slot) => (order.push('third'), slot));
  await Promise.resolve();
  expect(order).toEqual([]);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  const slot = await second;
  await new Promise(setImmediate);
  expect(order).toEqual(['second']);
  slot[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  expect(order).toEqual(['second', 'third']);
});

test('a lent slot serves another, and whoever is to be alone waits for both', async () => {
  const slots = new Slots(1);
  const guest = await slots.take();
  guest.lend();
  const second = await slots.take();
  let alone = false;
  const all = slots.takeAll().then((slot) => ((alone = true), slot));
  second[Symbol.dispose]();
  await new Promise(setImmediate);
  expect(alone).toBe(false);
  guest[Symbol.dispose]();
  guest[Symbol.dispose]();
  (await all)[Symbol.dispose]();
  expect(await slots.take()).toBeDefined();
});
