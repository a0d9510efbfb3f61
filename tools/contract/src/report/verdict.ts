import type { Case, Suite, SuiteResult } from '../suite.ts';

/** What came of one suite. */
export interface Verdict {
  readonly name: string;
  readonly summary: string;
  readonly passed: boolean;
  readonly cases: readonly Case[];
  readonly figures: Readonly<Record<string, number | string>>;
  /** Why it did not pass. */
  readonly reasons: readonly string[];
  readonly seconds: number;
}

/** A suite without a negative control has shown nothing: it could not have failed. */
export function verdictOf(suite: Suite, result: SuiteResult, seconds: number): Verdict {
  const { cases, figures = {} } = result;
  const reasons = [
    ...cases
      .filter(({ passed }) => !passed)
      .map(({ name, control, detail }) => `${control ? 'control ' : ''}${name}: ${detail ?? 'failed'}`),
    ...(cases.some(({ control }) => control) ? [] : ['it has no negative control']),
    ...(cases.some(({ control }) => !control) ? [] : ['it has no case']),
  ];
  const { name, summary } = suite;
  return { name, summary, passed: reasons.length === 0, cases, figures, reasons, seconds };
}

export const brokenOff = ({ name, summary }: Suite, error: unknown, seconds: number): Verdict => ({
  name,
  summary,
  passed: false,
  cases: [],
  figures: {},
  reasons: [`broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`],
  seconds,
});
