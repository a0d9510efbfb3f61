import type { Pod } from '@intermodal/kubernetes';
import { expect, test } from 'vitest';
import { deletionCosts } from './deletion-costs.ts';

const pod = (name: string, deletionCost = 0, more: Partial<Pod> = {}): Pod => ({
  ...{ name, deletionCost, isEnding: false, labels: { pool: name.split('-')[0]! } },
  ...more,
});
const worker = (host: string | null, running: number) => ({ host, running });

test('a busy worker costs more than an idle one, and only what changed is written', () => {
  const pods = [pod('text-a'), pod('text-b'), pod('text-c', 1), pod('text-d', 1)];
  const workers = [worker('text-a', 2), worker('text-b', 0), worker('text-c', 1), worker('text-d', 0)];
  expect(deletionCosts(pods, workers, 'pool')).toEqual([
    { pod: 'text-a', cost: 1 },
    { pod: 'text-d', cost: 0 },
  ]);
});

test('where all are busy or all are idle nothing is written: one is as good as another', () => {
  expect(
    deletionCosts([pod('text-a'), pod('text-b', 1)], [worker('text-a', 1), worker('text-b', 3)], 'pool'),
  ).toEqual([]);
  expect(deletionCosts([pod('text-a'), pod('vision-a')], [worker('text-a', 1)], 'pool')).toEqual([]);
});

test('a pod that nobody has seen yet is idle, one that ends is no choice, and workers elsewhere are nobody here', () => {
  const pods = [pod('text-a', 0, { isEnding: true }), pod('text-b', 1), pod('text-c')];
  const workers = [worker('text-a', 1), worker('text-c', 1), worker('another', 1), worker(null, 9)];
  expect(deletionCosts(pods, workers, 'pool')).toEqual([
    { pod: 'text-b', cost: 0 },
    { pod: 'text-c', cost: 1 },
  ]);
});
