import { expect, test } from 'vitest';
import { wordErrors } from './word-errors.ts';

const wordsOf = (text: string): string[] => text.split(' ').filter(Boolean);

test.each([
  ['how old is the bridge', 'how old is the bridge', 0],
  ['how old is the bridge', 'how old the bridge', 1],
  ['how old is the bridge', 'how cold is is the bridge', 2],
  ['how old is the bridge', '', 5],
  ['', 'you were a', 3],
])('%j heard as %j: %i', (said, heard, expected) =>
  expect(wordErrors(wordsOf(said), wordsOf(heard))).toBe(expected),
);
