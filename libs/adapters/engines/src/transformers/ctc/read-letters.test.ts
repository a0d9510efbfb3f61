import { describe, expect, it } from 'vitest';
import { readLetters } from './read-letters.ts';

const tokens = ['', ' ', 'a', 'b'];
/** A frame for each sign; `_` is none. */
const read = (frames: string) => {
  const scores = Float32Array.from(
    [...frames].flatMap((sign) => tokens.map((_, id) => (id === '_|ab'.indexOf(sign) ? 9 : 0))),
  );
  return readLetters({ tokens, blank: 0 }, { scores, frameMs: 20 });
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

  it('begins a word with a piece that a space stands before, and goes on with others', () => {
    const pieces = [' the', ' sta', 'tion', ''];
    const heard = (...ids: number[]) =>
      readLetters(
        { tokens: pieces, blank: 3 },
        {
          scores: Float32Array.from(ids.flatMap((id) => pieces.map((_, at) => (at === id ? 9 : 0)))),
          frameMs: 80,
        },
      );
    expect(heard(3, 0, 0, 3, 1, 1, 3, 2)).toMatchObject([
      { text: 'the', startMs: 80, endMs: 240 },
      { text: 'station', startMs: 320, endMs: 640 },
    ]);
    expect(heard(0, 3, 0, 1).map(({ text }) => text)).toEqual(['the', 'the', 'sta']);
    // Cut off at the front.
    expect(heard(2, 2).map(({ text }) => text)).toEqual(['tion']);
  });
});
