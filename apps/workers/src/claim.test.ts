import type { ClaimedTask } from '@intermodal/pipeline';
import { expect, test } from 'vitest';
import { claimer } from './claim.ts';

const task = (id: string) => ({ id }) as ClaimedTask;

test('of two deliveries of a task in one moment, one gets it', async () => {
  const statements: (readonly string[])[] = [];
  const claim = claimer(async (ids) => {
    statements.push(ids);
    return [...new Set(ids)].map(task);
  });
  const claimed = await Promise.all(['a', 'b', 'a'].map((id) => claim(id)));
  expect(claimed).toEqual([task('a'), task('b'), undefined]);
  expect(statements).toHaveLength(1);
});

test('what the records do not give is nothing to do', async () => {
  const claim = claimer(async (ids) => ids.filter((id) => id !== 'cancelled').map(task));
  expect(await Promise.all([claim('cancelled'), claim('a')])).toEqual([undefined, task('a')]);
});
