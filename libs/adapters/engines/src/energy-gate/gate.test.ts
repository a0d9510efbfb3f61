import { describe, expect, it } from 'vitest';
import { FrameLevels } from './frame-levels.ts';
import { FRAME_MS, gate } from './gate.ts';

/** Levels in decibels: stretches of a background, and of speech that swells and falls four times a second above it. */
const levelsOf = (
  ...stretches: readonly (readonly ['quiet' | 'speech' | 'loud', number, number])[]
): Float32Array =>
  Float32Array.from(
    stretches.flatMap(([kind, seconds, level]) =>
      Array.from({ length: seconds * 50 }, (_, i) => {
        if (kind === 'speech') return level + 8 * Math.sin((2 * Math.PI * i) / 12.5);
        return level + 0.3 * Math.sin(i);
      }),
    ),
  );
const spansOf = (levels: Float32Array) => gate(levels, levels.length * FRAME_MS);

describe('gate', () => {
  it('finds speech above a quiet and above a loud background', () => {
    for (const background of [-90, -50, -35]) {
      const spans = spansOf(levelsOf(['quiet', 3, background], ['speech', 2, -15], ['quiet', 3, background]));
      expect(spans).toHaveLength(1);
      expect(spans[0]!.startMs).toBeGreaterThanOrEqual(2700);
      expect(spans[0]!.startMs).toBeLessThanOrEqual(3100);
      expect(spans[0]!.endMs).toBeGreaterThanOrEqual(4900);
      expect(spans[0]!.endMs).toBeLessThanOrEqual(5300);
    }
  });

  it('follows a background that changes', () => {
    const levels = levelsOf(
      ...(['quiet', 'speech', 'quiet'] as const).map((kind, i) => [kind, 3, [-70, -30, -70][i]!] as const),
      ['quiet', 20, -32],
      ['speech', 3, -12],
      ['quiet', 10, -32],
    );
    const spans = spansOf(levels);
    expect(spans.some(({ startMs }) => Math.abs(startMs - 3000) < 400)).toBe(true);
    expect(spans.some(({ startMs }) => Math.abs(startMs - 29_000) < 400)).toBe(true);
    expect(spans.some(({ startMs }) => startMs > 15_000 && startMs < 28_000)).toBe(false);
  });

  it.each([
    ['nothing', levelsOf()],
    ['silence', levelsOf(['quiet', 10, -120])],
    ['steady noise', levelsOf(['quiet', 10, -20])],
    ['speech too soft to be any', levelsOf(['quiet', 3, -95], ['speech', 2, -80], ['quiet', 3, -95])],
    ['a steady sound that begins and ends', levelsOf(['quiet', 5, -60], ['loud', 2, -15], ['quiet', 5, -60])],
  ])('finds nobody in %s', (_name, levels) => expect(spansOf(levels)).toEqual([]));
});

describe('FrameLevels', () => {
  it('measures decibels of full scale, whatever the blocks, without offset', () => {
    const tone = Int16Array.from(
      { length: 3300 },
      (_, i) => 10_000 + 16_384 * Math.sin((2 * Math.PI * 1000 * i) / 16_000),
    );
    const whole = new FrameLevels({ sampleRate: 16_000, frameMs: FRAME_MS });
    whole.push(tone);
    const parts = new FrameLevels({ sampleRate: 16_000, frameMs: FRAME_MS });
    parts.push(tone.subarray(0, 1000));
    parts.push(tone.subarray(1000));
    const levels = whole.end();
    expect(levels).toEqual(parts.end());
    expect(levels).toHaveLength(11);
    // Half of full scale is -6 dB, and a sine's power another -3.
    expect(levels[9]).toBeCloseTo(-9.03, 0);
  });
});
