import { expect, test } from 'vitest';
import { interleave } from './rounds.ts';

test('sides take turns, and each has its own samples', async () => {
  const order: string[] = [];
  const side = (name: string, value: number) => () => {
    order.push(name);
    return Promise.resolve(value);
  };
  const said: string[] = [];
  const samples = await interleave(2, { a: side('a', 1), b: side('b', 2) }, (text) => said.push(text));
  expect(order).toEqual(['a', 'b', 'a', 'b']);
  expect(samples).toEqual({ a: [1, 1], b: [2, 2] });
  expect(said).toEqual(['round 1 of 2: a 1, b 2', 'round 2 of 2: a 1, b 2']);
});
