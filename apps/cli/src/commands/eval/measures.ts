/** How one answer is held against what was expected. */
export interface Scored {
  /** Faults of so many units; 0 of 1 is right. */
  readonly faults: number;
  readonly units: number;
}

export interface Measure {
  readonly says: string;
  readonly score: (expected: readonly string[], answer: string) => Scored;
}

const oneOf = (isRight: (expected: string, answer: string) => boolean): Measure['score'] => {
  return (expected, answer) => ({
    faults: expected.some((one) => isRight(plain(one), plain(answer))) ? 0 : 1,
    units: 1,
  });
};

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
    score: oneOf((expected, answer) => expected === answer),
  },
  contains: {
    says: 'right when one of the expected answers stands in it as whole words',
    score: oneOf((expected, answer) => ` ${answer} `.includes(` ${expected} `)),
  },
  words: {
    says: 'word errors: words put in, left out or exchanged, of those expected; the nearest expected answer counts',
    score: (expected, answer) =>
      expected
        .map((one) => ({ faults: wordErrors(wordsOf(one), wordsOf(answer)), units: wordsOf(one).length }))
        .reduce((best, one) => (rateOf(one) < rateOf(best) ? one : best)),
  },
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof MEASURES;

/** 0 is without a fault; words put in may make it more than 1. */
export const rateOf = ({ faults, units }: Scored): number => faults / Math.max(units, 1);

/**
 * How many words have to be put in, taken out or exchanged to make one list of the other: the edit distance of Wagner and
 * Fischer, "The string-to-string correction problem" (1974), over words.
 */
function wordErrors(said: readonly string[], heard: readonly string[]): number {
  let row = Array.from({ length: heard.length + 1 }, (_, j) => j);
  for (const [i, word] of said.entries()) {
    const next = [i + 1];
    for (const [j, other] of heard.entries())
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (word === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1)!;
}
