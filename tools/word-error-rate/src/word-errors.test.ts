import { describe, expect, it } from 'vitest';
import { wordErrors, wordsOf } from './word-errors.ts';

const errors = (said: string, heard: string) => wordErrors(wordsOf(said), wordsOf(heard));

describe('wordErrors', () => {
  it.each([
    ['how old is the bridge', 'how old is the bridge', 0],
    ['how old is the bridge', 'how old the bridge', 1],
    ['how old is the bridge', 'how cold is is the bridge', 2],
    ['how old is the bridge', '', 5],
    ['', 'you were a', 3],
  ])('%j heard as %j: %i', (said, heard, expected) => expect(errors(said, heard)).toBe(expected));

  it('does not mind case, punctuation and titles', () => {
    expect(errors('Mr. Quilter is the apostle, isn’t he?', 'mister quilter is the apostle isn t he')).toBe(0);
  });
});
