import { suiteTable } from '@intermodal/trial';
import { LAWS, type Law } from '../check/law.ts';
import { failpointMatrix } from './failpoint-matrix.ts';
import type { Verdict } from './verdict.ts';

export const table = (verdicts: readonly Verdict[], notes: readonly string[]): string =>
  suiteTable('scenario', verdicts, COLUMNS, { notes, more: failpointMatrix(verdicts) });

const COLUMNS: Readonly<Record<string, (verdict: Verdict) => string>> = {
  jobs: ({ jobs }) => String(jobs),
  tasks: ({ tasks }) => String(tasks),
  ...Object.fromEntries(
    (Object.keys(LAWS) as Law[]).map((law) => [law, ({ laws }: Verdict) => String(laws[law])]),
  ),
  again: ({ reExecutions }) => String(reExecutions),
  'p99 restart': ({ restartP99Ms }) =>
    restartP99Ms === null ? '' : `${(restartP99Ms / 1_000).toFixed(1)} s`,
  time: ({ seconds }) => `${seconds.toFixed(0)} s`,
  seen,
};

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
