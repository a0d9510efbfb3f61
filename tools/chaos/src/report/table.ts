import { LAWS } from '../check/law.ts';
import { failpointMatrix } from './failpoint-matrix.ts';
import type { Verdict } from './verdict.ts';

/** For people: a row per scenario, and below it what was wrong. */
export function table(verdicts: readonly Verdict[], notes: readonly string[]): string {
  const laws = Object.keys(LAWS) as (keyof typeof LAWS)[];
  const head = ['', 'scenario', 'jobs', 'tasks', ...laws, 'again', 'p99 restart', 'time', 'seen'];
  const rows = verdicts.map((verdict) => [
    verdict.passed ? 'ok' : 'FAILED',
    verdict.name,
    String(verdict.jobs),
    String(verdict.tasks),
    ...laws.map((law) => String(verdict.laws[law])),
    String(verdict.reExecutions),
    verdict.restartP99Ms === null ? '' : `${(verdict.restartP99Ms / 1_000).toFixed(1)} s`,
    `${verdict.seconds.toFixed(0)} s`,
    seen(verdict),
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
  return [
    line(head),
    ...rows.map(line),
    ...failpointMatrix(verdicts),
    ...wrong,
    '',
    ...notes,
    `${passed} of ${verdicts.length} scenarios passed`,
  ].join('\n');
}

/** The failpoints as one number; and not how jobs ended, which the laws say. */
function seen({ effects }: Verdict): string {
  const points = Object.keys(effects).filter((name) => name.startsWith('failpoint:'));
  return [
    ...(points.length > 0 ? [`failpoints ${points.length}`] : []),
    ...Object.entries(effects)
      .filter(([name, times]) => times > 0 && !name.startsWith('failpoint:') && !name.startsWith('jobs-'))
      .map(([name, times]) => `${name} ${times}`),
  ].join(', ');
}
