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
