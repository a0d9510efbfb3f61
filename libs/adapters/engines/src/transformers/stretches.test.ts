import { describe, expect, it } from 'vitest';
import { stretchesOf } from './stretches.ts';

describe('stretchesOf', () => {
  it.each([
    ['aa bb', 5, ['aa bb']],
    ['aa, bb cc dd', 9, ['aa,', 'bb cc dd']],
    ['aa bb cc', 6, ['aa bb', 'cc']],
    ['aaaaaaaa', 3, ['aaa', 'aaa', 'aa']],
    ['', 3, []],
  ])('of %j, at most %i', (text, most, stretches) => {
    expect(stretchesOf(text, most)).toEqual(stretches);
  });
});
