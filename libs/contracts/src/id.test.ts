import { expect, test } from 'vitest';
import { newUuid, parseId, showId } from './id.ts';

test('a shown id and its uuid are one', () => {
  for (const uuid of [
    newUuid(),
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ]) {
    const id = showId('job', uuid);
    expect(id).toMatch(/^job_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(parseId('job', id)).toBe(uuid);
  }
});

test('a uuid is of version 7, and later ones sort behind, shown or not', () => {
  const earlier = newUuid(1_000);
  const later = newUuid(1_001);
  expect(earlier).toMatch(/^00000000-03e8-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(later > earlier).toBe(true);
  expect(showId('task', later) > showId('task', earlier)).toBe(true);
});

test('no two are the same, however many are made in one millisecond', () => {
  const ids = Array.from({ length: 10_000 }, () => newUuid(1_000));
  expect(new Set(ids).size).toBe(ids.length);
});

test.each([
  '',
  'job_',
  'task_00000000000000000000000000',
  'job_0000000000000000000000000u',
  'job_zzzzzzzzzzzzzzzzzzzzzzzzzz',
  'job_000000000000000000000000000',
])('%j is no id of a job', (id) => {
  expect(parseId('job', id)).toBeUndefined();
});
