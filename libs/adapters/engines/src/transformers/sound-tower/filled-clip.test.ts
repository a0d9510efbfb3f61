import { describe, expect, it } from 'vitest';
import { filledClip } from './filled-clip.ts';

describe('filledClip', () => {
  it.each([
    ['repeatpad', 7, [1, 2, 3, 1, 2, 3, 0]],
    ['repeatpad', 6, [1, 2, 3, 1, 2, 3]],
    ['repeatpad', 5, [1, 2, 3, 0, 0]],
    ['repeat', 7, [1, 2, 3, 1, 2, 3, 1]],
    ['pad', 7, [1, 2, 3, 0, 0, 0, 0]],
    ['repeatpad', 3, [1, 2, 3]],
  ] as const)('%s, to %i', (filling, length, filled) => {
    expect([...filledClip(Float32Array.of(1, 2, 3), length, filling)]).toEqual(filled);
  });
});
