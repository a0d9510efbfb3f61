import { mean, sum } from 'd3-array';

/** When, in milliseconds, and what. */
export type Point = readonly [at: number, value: number];

/** How a value changes, and how sure that is. */
export interface Trend {
  /** By least squares over the last two thirds: the first is for caches to fill and code to be compiled. */
  readonly perHour: number;
  /** Twice the standard error of `perHour`: the truth is within so much of it, 19 times of 20. */
  readonly within: number;
}

export type Verdict = 'flat' | 'growing' | 'too short to tell';

/** Neighbours look alike, so means of so many stretches are taken for independent, and not each sample. */
const STRETCHES = 20;
const HOUR_MS = 3_600_000;
const HOURS_A_DAY = 24;

/** @throws when there are too few points for any trend */
export function trendOf(points: readonly Point[]): Trend {
  const steady = lastTwoThirds(points);
  const stretches = inStretches(steady);
  if (stretches.length < STRETCHES) throw new Error(`${points.length} samples say nothing.`);
  const [meanAt, meanValue] = meanOf(stretches);
  const spread = sum(stretches, ([at]) => (at - meanAt) ** 2);
  const slope = sum(stretches, ([at, value]) => (at - meanAt) * (value - meanValue)) / spread;
  const off = sum(stretches, ([at, value]) => (value - meanValue - slope * (at - meanAt)) ** 2);
  const error = Math.sqrt(off / (stretches.length - 2) / spread);
  return { perHour: slope * HOUR_MS, within: 2 * error * HOUR_MS };
}

/** @param boundPerDay what it may grow in a day and still be called flat */
export function verdictOf({ perHour, within }: Trend, boundPerDay: number): Verdict {
  const bound = boundPerDay / HOURS_A_DAY;
  if (perHour + within <= bound) return 'flat';
  return perHour - within > bound ? 'growing' : 'too short to tell';
}

/** The mean around a part of the time: a single sample may be anything. */
export function valueAt(points: readonly Point[], part: number): number {
  const width = Math.max(1, Math.round(points.length / STRETCHES));
  const middle = Math.round(part * (points.length - 1));
  const from = Math.max(0, Math.min(points.length - width, middle - Math.floor(width / 2)));
  return mean(points.slice(from, from + width), ([, value]) => value)!;
}

function lastTwoThirds(points: readonly Point[]): readonly Point[] {
  const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  return points.filter(([at]) => at >= first + (last - first) / 3);
}

const inStretches = (points: readonly Point[]): Point[] =>
  Array.from({ length: STRETCHES }, (_, i) =>
    points.slice(
      Math.floor((i * points.length) / STRETCHES),
      Math.floor(((i + 1) * points.length) / STRETCHES),
    ),
  )
    .filter((stretch) => stretch.length > 0)
    .map(meanOf);

const meanOf = (points: readonly Point[]): Point => [
  mean(points, ([at]) => at)!,
  mean(points, ([, value]) => value)!,
];
