import { OBJECTS, type Expectation } from './object-measure.ts';
import { wordErrors } from './word-errors.ts';

/** How one answer is held against what was expected. */
export interface Scored {
  /** Faults of so many units; none is right. */
  readonly faults: number;
  readonly units: number;
  /** Of the faults, those that were too many rather than missing or wrong. */
  readonly extra?: number;
}

export interface Measure {
  readonly says: string;
  /** What a row may expect: one of several texts, or all things of a list. */
  readonly expects: 'texts' | 'things';
  /** @param answer what stands at the output, and what its lists hold */
  readonly score: (expected: readonly Expectation[], answer: readonly unknown[]) => Scored;
  /** Of all rows. */
  readonly sum: (total: Required<Scored>, rows: { right: number; rows: number }) => Summary;
}

export interface Summary {
  readonly score: number;
  /** Shares, where the measure has them. */
  readonly precision?: number;
  readonly recall?: number;
  /** The same in words. */
  readonly summary: string;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const oneOf = (
  name: string,
  isRight: (expected: string, answer: string) => boolean,
): Pick<Measure, 'expects' | 'score' | 'sum'> => ({
  expects: 'texts',
  score: (expected, answer) => ({
    faults: expected.some((one) => isRight(plain(one as string), plain(textOf(answer)))) ? 0 : 1,
    units: 1,
  }),
  sum: (_total, { right, rows }) => ({
    score: right / rows,
    summary: `${name}: ${percent(right / rows)} right`,
  }),
});

/** Several values are one text. */
export const textOf = (values: readonly unknown[]): string =>
  values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ');

/** Without case, punctuation and accents, in any script. */
export const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const wordsOf = (text: string): string[] => plain(text).split(' ').filter(Boolean);

export const MEASURES = {
  exact: {
    says: 'right when it is one of the expected answers, without case, punctuation and accents',
    ...oneOf('exact', (expected, answer) => expected === answer),
  },
  contains: {
    says: 'right when one of the expected answers stands in it as whole words',
    ...oneOf('contains', (expected, answer) => ` ${answer} `.includes(` ${expected} `)),
  },
  words: {
    says: 'word errors: words put in, left out or exchanged, of those expected; the nearest expected answer counts',
    expects: 'texts',
    score: (expected, answer) =>
      expected
        .map((one) => wordsOf(one as string))
        .map((words) => ({ faults: wordErrors(words, wordsOf(textOf(answer))), units: words.length }))
        .reduce((best, one) => (rateOf(one) < rateOf(best) ? one : best)),
    sum: (total) => ({
      score: rateOf(total),
      summary: `word errors: ${percent(rateOf(total))} of the expected words`,
    }),
  },
  objects: OBJECTS,
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof MEASURES;

/** 0 is without a fault; words put in may make it more than 1. */
export const rateOf = ({ faults, units }: Scored): number => faults / Math.max(units, 1);
