import { describe, expect, it } from 'vitest';
import { readLetters } from './read-letters.ts';

const tokens = ['', '|', 'a', 'b'];
/** A frame for each sign; `_` is none. */
const read = (frames: string) => {
  const scores = Float32Array.from(
    [...frames].flatMap((sign) => tokens.map((_, id) => (id === '_|ab'.indexOf(sign) ? 9 : 0))),
  );
  return readLetters({ tokens, blank: 0, delimiter: 1 }, { scores, frameMs: 20 });
};

describe('readLetters', () => {
  it('takes a letter that goes on for one, and one behind a gap for another', () => {
    expect(read('_aaa_b').map(({ text }) => text)).toEqual(['ab']);
    expect(read('a_ab_b').map(({ text }) => text)).toEqual(['aabb']);
    expect(read('____')).toEqual([]);
    expect(read('||||')).toEqual([]);
  });

  it('says when a word begins and ends, and how sure it is', () => {
    expect(read('__aab_||b_a__')).toMatchObject([
      { text: 'aab'.slice(1), startMs: 40, endMs: 100 },
      { text: 'ba', startMs: 160, endMs: 220 },
    ]);
    expect(read('a')[0]!.confidence).toBeCloseTo(Math.exp(9) / (Math.exp(9) + 3));
  });

  it('begins no new letter at the border of a word that is not there', () => {
    expect(read('a|a').map(({ text }) => text)).toEqual(['a', 'a']);
  });
});
