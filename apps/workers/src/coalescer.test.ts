import { expect, test } from 'vitest';
import { Coalescer } from './coalescer.ts';

test('what arrives while statements are under way is the next batch', async () => {
  const batches: (readonly number[])[] = [];
  const gates: (() => void)[] = [];
  const coalescer = new Coalescer<number, number>(
    async (items) => {
      batches.push(items);
      await new Promise<void>((resolve) => gates.push(resolve));
      return items.map((item) => item * 10);
    },
    { maxItems: 3, inFlight: 1 },
  );
  const first = coalescer.add(1);
  await new Promise(setImmediate);
  const rest = [2, 3, 4, 5].map((item) => coalescer.add(item));
  gates.shift()!();
  expect(await first).toBe(10);
  await new Promise(setImmediate);
  gates.shift()!();
  await Promise.all(rest.slice(0, 3));
  await new Promise(setImmediate);
  gates.shift()!();
  expect(await Promise.all(rest)).toEqual([20, 30, 40, 50]);
  expect(batches).toEqual([[1], [2, 3, 4], [5]]);
});

test('a batch that fails rejects its own items and no others', async () => {
  const coalescer = new Coalescer<number, number>(
    async (items) => {
      if (items.includes(1)) throw new Error('refused');
      return items;
    },
    { maxItems: 1, inFlight: 1 },
  );
  const [one, two] = await Promise.allSettled([coalescer.add(1), coalescer.add(2)]);
  expect(one).toMatchObject({ status: 'rejected', reason: { message: 'refused' } });
  expect(two).toMatchObject({ status: 'fulfilled', value: 2 });
});
