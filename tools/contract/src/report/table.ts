import type { Verdict } from './verdict.ts';

/** For people: a row per suite, and below it what failed. */
export function table(verdicts: readonly Verdict[], notes: readonly string[]): string {
  const head = ['', 'suite', 'cases', 'controls', 'time', 'figures'];
  const rows = verdicts.map(({ name, passed, cases, figures, seconds }) => {
    const controls = cases.filter(({ control }) => control);
    const others = cases.filter(({ control }) => !control);
    return [
      passed ? 'ok' : 'FAILED',
      name,
      share(others),
      share(controls),
      `${seconds.toFixed(0)} s`,
      Object.entries(figures)
        .map(([what, value]) => `${what} ${value}`)
        .join(', '),
    ];
  });
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  const wrong = verdicts
    .filter(({ passed }) => !passed)
    .flatMap(({ name, reasons }) => ['', `${name}:`, ...reasons.map((reason) => `  ${reason}`)]);
  const passed = verdicts.filter((verdict) => verdict.passed).length;
  return [
    line(head),
    ...rows.map(line),
    ...wrong,
    '',
    ...notes,
    `${passed} of ${verdicts.length} suites passed`,
  ].join('\n');
}

const share = (cases: readonly { readonly passed: boolean }[]): string =>
  `${cases.filter(({ passed }) => passed).length}/${cases.length}`;
