import { expect, test } from 'vitest';
import type { ChangeFact } from '../check/record.ts';
import { percentile, restartTimes } from './restart-times.ts';

const change = (seq: number, became: string, ms: number, crashes = 0): ChangeFact => ({
  seq,
  taskId: 'task',
  was: null,
  became,
  crashes,
  at: new Date(ms),
});

test('from the first kill after its start until the next start', () => {
  const lost = [
    change(1, 'ready', 0),
    change(2, 'running', 100),
    change(3, 'ready', 2_100, 1),
    change(4, 'running', 2_200, 1),
    change(5, 'completed', 2_300, 1),
  ];
  expect(restartTimes(lost, [50, 300, 400])).toEqual([1_900]);
});

test('what was never lost counts for nothing', () => {
  const quiet = [change(1, 'ready', 0), change(2, 'running', 100), change(3, 'completed', 200)];
  expect(restartTimes(quiet, [150])).toEqual([]);
});

test('the 99th of a hundred', () => {
  const sorted = Array.from({ length: 100 }, (_, i) => i + 1);
  expect(percentile(sorted, 0.99)).toBe(100);
  expect(percentile(sorted, 0.5)).toBe(51);
});
