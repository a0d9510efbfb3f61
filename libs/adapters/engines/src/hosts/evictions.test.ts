import { expect, test } from 'vitest';
import { chooseEvictions } from './evictions.ts';

const idle = (...sizes: readonly number[]) => sizes.map((bytes, i) => ({ bytes, usedAt: i }));
const chosen = (sizes: readonly number[], needed: number) =>
  chooseEvictions(idle(...sizes), needed)?.map(({ usedAt }) => usedAt);

test('what was used longest ago leaves first', () => {
  expect(chosen([10, 10, 10], 15)).toEqual([0, 1]);
  expect(chooseEvictions(idle(10, 10).reverse(), 10)).toEqual([{ bytes: 10, usedAt: 0 }]);
});

test('what is small stays when a large one has to leave anyway', () => {
  expect(chosen([1, 2, 50, 9], 50)).toEqual([2]);
  expect(chosen([3, 50, 9], 52)).toEqual([0, 1]);
});

test('nobody leaves in vain', () => {
  expect(chosen([1, 2], 4)).toBeUndefined();
  expect(chosen([], 1)).toBeUndefined();
});
