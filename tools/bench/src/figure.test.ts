import { expect, test } from 'vitest';
import { isReached, percentile, ratioOf, spreadOf, type Figure } from './figure.ts';

const figure = (ours: number[], more: Partial<Figure> = {}): Figure => ({
  ...{ benchmark: 'chain', name: 'Chains', unit: 'tasks/s', ours: spreadOf(ours) },
  ...{ yardstick: { name: 'flows', value: spreadOf([10, 30, 20]) } },
  ...more,
});

test('a spread is the median of its rounds and where they end', () => {
  expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4, samples: [4, 1, 2, 3] });
  expect(percentile([1, 2, 3, 4, 5], 50)).toBe(3);
});

test('nothing measured is an error, not a zero', () => {
  expect(() => spreadOf([])).toThrow('Nothing was measured');
  expect(() => percentile([], 50)).toThrow('Nothing was measured');
});

test('a target is held against the ratio of the medians', () => {
  expect(ratioOf(figure([40]))).toBe(2);
  expect(isReached(figure([40], { target: { atLeast: 2 } }))).toBe(true);
  expect(isReached(figure([39], { target: { atLeast: 2 } }))).toBe(false);
  expect(isReached(figure([41], { target: { atMost: 2 } }))).toBe(false);
  expect(isReached(figure([41]))).toBeUndefined();
  expect(isReached(figure([41], { yardstick: undefined, target: { atLeast: 1 } }))).toBeUndefined();
});
