import { describe, expect, it } from 'vitest';
import { alignTokens } from './align-tokens.ts';

/** A head in which each token attends most to its own stretch of the frames. */
const head = (lengths: readonly number[], level = 1): Float32Array[] => {
  const frames = lengths.reduce((sum, one) => sum + one, 0);
  let from = 0;
  return lengths.map((length) => {
    const row = Float32Array.from({ length: frames }, (_, at) =>
      at >= from && at < from + length ? level : 0.1,
    );
    from += length;
    return row;
  });
};

describe('alignTokens', () => {
  it('finds where each token begins', () => {
    expect(alignTokens([head([10, 30, 20])])).toEqual([0, 10, 40]);
    expect(alignTokens([head([12])])).toEqual([0]);
  });

  it('hears several heads, and passes over one that attends to nothing', () => {
    const deaf = [new Float32Array(60), new Float32Array(60), new Float32Array(60)];
    expect(alignTokens([head([10, 30, 20]), deaf, head([10, 30, 20], 0.7)])).toEqual([0, 10, 40]);
  });

  it('goes on where there are more tokens than frames', () => {
    const begins = alignTokens([head([1, 1, 0, 0])]);
    expect(begins).toHaveLength(4);
    expect(begins.toSorted((a, b) => a - b)).toEqual(begins);
  });
});
