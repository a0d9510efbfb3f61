import { describe, expect, it } from 'vitest';
import { thinOut } from './thin-out.ts';

const found = (cuts: readonly number[], length: number) =>
  Array.from({ length }, (_, at) => ({ at, cut: cuts.includes(at) }));
const kept = (cuts: readonly number[], length: number, most: number) =>
  thinOut(found(cuts, length), most).map(({ at }) => at);

describe('thinOut', () => {
  it('keeps everything that fits', () => expect(kept([1], 3, 3)).toEqual([0, 1, 2]));
  it('keeps the first, then cuts, and spreads the others', () =>
    expect(kept([3, 8], 12, 5)).toEqual([0, 3, 4, 8, 9]));
  it('spreads cuts when there are too many', () =>
    expect(kept([1, 2, 3, 4, 5, 6, 7, 8, 9], 10, 4)).toEqual([0, 2, 5, 8]));
  it('keeps one', () => expect(kept([2], 5, 1)).toEqual([0]));
  it('keeps none of none', () => expect(kept([], 0, 3)).toEqual([]));
});
