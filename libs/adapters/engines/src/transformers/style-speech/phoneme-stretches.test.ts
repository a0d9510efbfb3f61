import { describe, expect, it } from 'vitest';
import { phonemeStretches } from './phoneme-stretches.ts';

describe('phonemeStretches', () => {
  it.each([
    ['aa bb', 5, ['aa bb']],
    ['aa, bb cc dd', 9, ['aa,', 'bb cc dd']],
    ['aa bb cc', 6, ['aa bb', 'cc']],
    ['aaaaaaaa', 3, ['aaa', 'aaa', 'aa']],
    ['', 3, []],
  ])('of %j, at most %i', (phonemes, most, stretches) => {
    expect(phonemeStretches(phonemes, most)).toEqual(stretches);
  });
});
