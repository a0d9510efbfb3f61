import { suiteTable } from '@intermodal/trial';
import type { Verdict } from './verdict.ts';

export const table = (verdicts: readonly Verdict[], notes: readonly string[]): string =>
  suiteTable('suite', verdicts, COLUMNS, { notes });

const COLUMNS: Readonly<Record<string, (verdict: Verdict) => string>> = {
  cases: ({ cases }) => share(cases.filter(({ control }) => !control)),
  controls: ({ cases }) => share(cases.filter(({ control }) => control)),
  time: ({ seconds }) => `${seconds.toFixed(0)} s`,
  figures: ({ figures }) =>
    Object.entries(figures)
      .map(([what, value]) => `${what} ${value}`)
      .join(', '),
};

const share = (cases: readonly { readonly passed: boolean }[]): string =>
  `${cases.filter(({ passed }) => passed).length}/${cases.length}`;
