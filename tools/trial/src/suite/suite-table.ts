export interface Judged {
  readonly name: string;
  readonly passed: boolean;
  /** Why it did not pass. */
  readonly reasons: readonly string[];
}

/**
 * For people: a row for each, and below it what was wrong.
 * @param kind of what was judged: `scenario`
 * @param columns by their headings; whether it passed and its name come before them
 * @param notes stand before the last line, `more` before what was wrong
 */
export function suiteTable<One extends Judged>(
  kind: string,
  verdicts: readonly One[],
  columns: Readonly<Record<string, (verdict: One) => string>>,
  { notes, more = [] }: { notes: readonly string[]; more?: readonly string[] },
): string {
  const head = ['', kind, ...Object.keys(columns)];
  const rows = verdicts.map((verdict) => [
    verdict.passed ? 'ok' : 'FAILED',
    verdict.name,
    ...Object.values(columns).map((cell) => cell(verdict)),
  ]);
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
  const last = `${passed} of ${verdicts.length} ${kind}s passed`;
  return [line(head), ...rows.map(line), ...more, ...wrong, '', ...notes, last].join('\n');
}
