import { expect, test } from 'vitest';
import { inTreeOrder } from './tree-order.ts';

const rows = (paths: string[]) => paths.map((path) => ({ path }));

test('items stand behind their each, in their order', () => {
  const made = [
    'a',
    'lines',
    'z',
    'lines[0].x',
    'lines[0].y',
    'lines[1].x',
    'lines[0].y[0].w',
    'lines[0].y[1].w',
  ];
  expect(inTreeOrder(rows(made)).map(({ path }) => path)).toEqual([
    'a',
    'lines',
    'lines[0].x',
    'lines[0].y',
    'lines[0].y[0].w',
    'lines[0].y[1].w',
    'lines[1].x',
    'z',
  ]);
});

test('nothing is lost when an each is missing', () => {
  expect(inTreeOrder(rows(['a', 'lines[0].x']))).toHaveLength(2);
});
