import { describe, expect, it } from 'vitest';
import { bestOfLabels, groundingPrompt } from './grounding-prompt.ts';
import { squared } from './squared.ts';

const letters = (text: string) => [...text].map((letter) => letter.codePointAt(0)!);

describe('what an open-vocabulary detector is given', () => {
  it('is one text of all labels, which knows whose each token is', () => {
    expect(groundingPrompt(['Ab', 'c.d'], letters, [1, 2])).toEqual({
      ids: [1, ...letters('ab.c d.'), 2],
      spans: [
        [1, 3],
        [4, 7],
      ],
    });
  });

  it('gives each label the score of its likeliest token', () => {
    const scores = { data: Float32Array.of(9, 1, 3, 9, -Infinity, 9, 2, 1, 9, 5), dims: [1, 2, 5] };
    const best = bestOfLabels(scores, [
      [1, 3],
      [4, 5],
    ]);
    expect(best).toEqual({ data: Float32Array.of(3, -Infinity, 2, 5), dims: [1, 2, 2] });
  });

  it('is a square with the picture in its top left corner', () => {
    const wide = squared({ width: 2, height: 1, rgb: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    expect(wide).toEqual({
      width: 2,
      height: 2,
      rgb: Uint8Array.of(1, 2, 3, 4, 5, 6, ...Array<number>(6).fill(128)),
    });
    const high = squared({ width: 1, height: 2, rgb: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    expect([...high.rgb]).toEqual([1, 2, 3, 128, 128, 128, 4, 5, 6, 128, 128, 128]);
  });
});
