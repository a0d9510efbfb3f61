import { describe, expect, it } from 'vitest';
import { shapeSpans } from './span-shaping.ts';

const plain = { minimumSpeechMs: 0, minimumPauseMs: 0, paddingMs: 0 };
const shape = (scores: number[], shaping: Partial<typeof plain> = {}) =>
  shapeSpans(scores, {
    frameMs: 100,
    on: 0.5,
    off: 0.3,
    totalMs: scores.length * 100,
    shaping: { ...plain, ...shaping },
  });

describe('shapeSpans', () => {
  it('begins at one score and ends at a lower one', () => {
    expect(shape([0.4, 0.6, 0.4, 0.4, 0.2, 0.4])).toEqual([{ startMs: 100, endMs: 400 }]);
  });

  it('closes short pauses, and only those', () => {
    const scores = [1, 0, 1, 0, 0, 0, 1];
    expect(shape(scores, { minimumPauseMs: 200 })).toEqual([
      { startMs: 0, endMs: 300 },
      { startMs: 600, endMs: 700 },
    ]);
  });

  it('drops clicks', () => {
    expect(shape([0, 1, 0, 1, 1, 0], { minimumSpeechMs: 150 })).toEqual([{ startMs: 300, endMs: 500 }]);
  });

  it('pads without leaving the recording or meeting a neighbour', () => {
    expect(shape([1, 0, 0, 1], { paddingMs: 500 })).toEqual([
      { startMs: 0, endMs: 200 },
      { startMs: 200, endMs: 400 },
    ]);
  });

  it('finds nothing in nothing', () => {
    expect(shape([])).toEqual([]);
    expect(shape([0, 0])).toEqual([]);
  });
});
