import { describe, expect, it } from 'vitest';
import { frameLevels, splitLongSpans } from './split-long-spans.ts';

/** Loud everywhere but for 150 ms around the given times. */
const loudBut = (quietMs: readonly number[], totalMs: number) =>
  Float32Array.from({ length: totalMs / 50 }, (_, i) =>
    quietMs.some((ms) => Math.abs(i * 50 + 25 - ms) <= 75) ? 1 : 100,
  );

describe('splitLongSpans', () => {
  it('leaves short spans as they are', () => {
    const spans = [{ startMs: 100, endMs: 20_100 }];
    expect(splitLongSpans(spans, loudBut([], 30_000))).toEqual(spans);
  });

  it('cuts at pauses, and loses nothing', () => {
    const pieces = splitLongSpans([{ startMs: 1000, endMs: 46_000 }], loudBut([15_025, 32_025], 50_000));
    expect(pieces).toEqual([
      { startMs: 1000, endMs: 15_025 },
      { startMs: 15_025, endMs: 32_025 },
      { startMs: 32_025, endMs: 46_000 },
    ]);
  });

  it('never makes a piece above the limit, even where there is no pause', () => {
    const pieces = splitLongSpans([{ startMs: 0, endMs: 100_000 }], loudBut([], 100_000));
    expect(Math.max(...pieces.map((it) => it.endMs - it.startMs))).toBeLessThanOrEqual(20_000);
    expect(pieces.at(-1)?.endMs).toBe(100_000);
  });
});

describe('frameLevels', () => {
  it('does not mind where blocks end', async () => {
    async function* blocks() {
      yield Int16Array.from({ length: 1000 }, () => 3);
      yield Int16Array.from({ length: 600 }, () => 3);
    }
    expect(await frameLevels(blocks(), 16_000)).toEqual([9, 9]);
  });
});
