import { expect, test } from 'vitest';
import { nextPosition } from './objects-walk.ts';

const page = (more: boolean, ...ids: string[]) => ({
  ...{ more, now: new Date(0) },
  entries: ids.map((id) => ({ id, storedAt: new Date(0) })),
});

test('page after page, prefix after prefix, and again from the first', () => {
  expect(nextPosition({ prefix: '00' }, page(true, 'a', 'b'))).toEqual({ prefix: '00', after: 'b' });
  expect(nextPosition({ prefix: '00', after: 'b' }, page(false, 'c'))).toEqual({ prefix: '01' });
  expect(nextPosition({ prefix: '9f' }, page(false))).toEqual({ prefix: 'a0' });
  expect(nextPosition({ prefix: 'ff' }, page(false))).toEqual({ prefix: '00' });
});
