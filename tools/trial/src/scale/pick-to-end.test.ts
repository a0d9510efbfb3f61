import { expect, test } from 'vitest';
import { pickToEnd } from './pick-to-end.ts';

const pod = (name: string, isReady: boolean, deletionCost: number, readySinceMs: number) => ({
  ...{ name, isReady, deletionCost, readySinceMs },
});

test('those that are not ready go first, then the cheapest, then the youngest', () => {
  const pods = [
    pod('old', true, 0, 1),
    pod('busy', true, 1, 9),
    pod('young', true, 0, 5),
    pod('starts', false, 0, 0),
  ];
  expect(pickToEnd(pods, 4).map(({ name }) => name)).toEqual(['starts', 'young', 'old', 'busy']);
  expect(pickToEnd(pods, 0)).toEqual([]);
});
