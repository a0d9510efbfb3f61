import { seededNumbers } from '@intermodal/trial';
import { describe, expect, test } from 'vitest';
import { trendOf, valueAt, verdictOf, type Point } from './trend.ts';

const MINUTE = 60_000;
const DAY_BOUND = 100;

/** A sample every five seconds, with noise of so much to either side. */
function series(minutes: number, noise: number, value: (minute: number) => number): Point[] {
  const random = seededNumbers(`soak ${minutes}`);
  return Array.from({ length: minutes * 12 }, (_, i): Point => {
    const minute = i / 12;
    return [1_700_000_000_000 + minute * MINUTE, value(minute) + noise * (2 * random() - 1)];
  });
}

const verdict = (points: Point[]) => verdictOf(trendOf(points), DAY_BOUND);

describe('a trend', () => {
  test('of a straight line is its slope, without doubt', () => {
    const { perHour, within } = trendOf(series(30, 0, (minute) => 50 + minute));
    expect(perHour).toBeCloseTo(60);
    expect(within).toBeCloseTo(0);
  });

  test('does not see the first third', () => {
    expect(trendOf(series(30, 0, (minute) => Math.min(minute, 10))).perHour).toBeCloseTo(0);
  });

  test('of a noisy line is as near as it says', () => {
    const { perHour, within } = trendOf(series(30, 4, (minute) => 50 + minute / 10));
    expect(within).toBeGreaterThan(0);
    expect(Math.abs(perHour - 6)).toBeLessThanOrEqual(within);
  });

  test('of a few samples is none', () => {
    expect(() => trendOf(series(1, 0, () => 1))).toThrow('12 samples say nothing');
  });
});

describe('a process that', () => {
  test('leaks 10 MB an hour under noise is growing', () => {
    expect(verdict(series(30, 1, (minute) => 30 + minute / 6))).toBe('growing');
  });

  test('leaks in steps, a MB every two minutes, is growing', () => {
    expect(verdict(series(30, 0.5, (minute) => 30 + Math.floor(minute / 2)))).toBe('growing');
  });

  test('fills its caches at first is flat', () => {
    expect(verdict(series(30, 0.5, (minute) => 30 + Math.min(20, 2 * minute)))).toBe('flat');
  });

  test('goes up and down is flat', () => {
    expect(verdict(series(60, 0.5, (minute) => 30 + Math.sin(minute)))).toBe('flat');
  });

  test('shrinks is flat', () => {
    expect(verdict(series(30, 0.5, (minute) => 60 - minute / 2))).toBe('flat');
  });

  test('was looked at for four noisy minutes is anybody’s guess', () => {
    expect(verdict(series(4, 5, () => 30))).toBe('too short to tell');
  });
});

test('the value at a part of the time is a mean of the samples around it', () => {
  const points = series(30, 0, (minute) => minute);
  expect(valueAt(points, 0.2)).toBeCloseTo(6, 0);
  expect(valueAt(points, 0.6)).toBeCloseTo(18, 0);
  expect(valueAt(points, 1)).toBeCloseTo(29.3, 0);
});
