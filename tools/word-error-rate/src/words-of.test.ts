import { expect, test } from 'vitest';
import { wordsOf } from './words-of.ts';

test('words are compared without case, punctuation and accents; titles are as they are spoken', () => {
  expect(wordsOf('Mr. Quilter is the apostle, isn’t he?')).toEqual(
    wordsOf('mister quilter is the apostle isn t he'),
  );
  expect(wordsOf('')).toEqual([]);
});
