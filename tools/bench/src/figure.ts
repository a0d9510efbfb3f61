import { max, median, min, quantile } from 'd3-array';

/** What was seen in a few rounds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly samples: readonly number[];
}

/** The ratio of ours to its yardstick that is wanted. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** One line of the table: ours, and what it is held against in the same run on the same machine. */
export interface Figure {
  readonly benchmark: string;
  readonly name: string;
  readonly unit: string;
  /** Where it stands among its like: with 1,000 waiting tasks, say. */
  readonly at?: { readonly what: string; readonly value: number };
  readonly ours: Spread;
  readonly yardstick?: { readonly name: string; readonly value: Spread };
  readonly target?: Target;
  /** What belongs to it and is held against nothing. */
  readonly details?: Readonly<Record<string, number | string>>;
  /** How it went over time. */
  readonly series?: readonly Series[];
}

/** A line; those of one benchmark and title share a plot. */
export interface Series {
  readonly title: string;
  readonly name: string;
  readonly unit: string;
  readonly points: readonly (readonly [minute: number, value: number])[];
}

export function spreadOf(samples: readonly number[]): Spread {
  if (samples.length === 0) throw new Error('Nothing was measured.');
  return {
    median: median(samples)!,
    least: min(samples)!,
    most: max(samples)!,
    samples,
  };
}

export const percentile = (samples: readonly number[], percent: number): number => {
  const value = quantile(samples, percent / 100);
  if (value === undefined) throw new Error('Nothing was measured.');
  return value;
};

export const ratioOf = ({ ours, yardstick }: Figure): number | undefined =>
  yardstick && ours.median / yardstick.value.median;

/** Undefined when nothing was promised. */
export function isReached(figure: Figure): boolean | undefined {
  const ratio = ratioOf(figure);
  const { target } = figure;
  if (ratio === undefined || target === undefined) return undefined;
  return 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost;
}
