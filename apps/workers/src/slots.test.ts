import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Slots } from './slots.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

test('no more holders than slots, first come first served, and a slot is given back once', async () => {
  const slots = new Slots(1);
  const order: string[] = [];
  const first = (await slots.take())!;
  const second = slots.take().then((slot) => (order.push('second'), slot));
  const third = slots.take().then((slot) => (order.push('third'), slot));
  await Promise.resolve();
  expect(order).toEqual([]);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  const slot = (await second)!;
  await new Promise(setImmediate);
  expect(order).toEqual(['second']);
  slot[Symbol.dispose]();
  (await third)![Symbol.dispose]();
  expect(order).toEqual(['second', 'third']);
});

test('a lent slot serves another, and whoever is to be alone waits for both', async () => {
  const slots = new Slots(1);
  const guest = (await slots.take())!;
  guest.lend();
  const second = (await slots.take())!;
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

test('who waits while no slot becomes free for long is sent elsewhere, but not who is to be alone', async () => {
  const moves: boolean[] = [];
  const slots: Slots = new Slots(2, { patienceMs: 1_000, onMove: () => moves.push(slots.isStuck) });
  const [long, short] = [await slots.take(), await slots.take()];
  const waiting = [slots.take(), slots.takeAll(), slots.take()] as const;
  vi.advanceTimersByTime(999);
  // One that becomes free gives the others their patience back.
  short![Symbol.dispose]();
  const first = (await waiting[0])!;
  vi.advanceTimersByTime(999);
  expect(slots.isStuck).toBe(false);
  vi.advanceTimersByTime(1);
  expect(await waiting[2]).toBeUndefined();
  expect(slots.isStuck).toBe(true);
  first[Symbol.dispose]();
  expect(moves).toEqual([false]);
  long![Symbol.dispose]();
  (await waiting[1])[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});
