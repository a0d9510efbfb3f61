import { ranBy, secondsBetween, type Job } from './job.ts';
import type { SavedFile } from './save-outputs.ts';

interface Line {
  readonly startMs: number;
  readonly endMs: number;
  readonly heard: string | null;
  readonly said: string | null;
}

/** What people want to know of a finished job. */
export function report(
  job: Job,
  files: ReadonlyMap<string, SavedFile>,
  languages: { readonly from: string; readonly to: string },
): string {
  const parts = [spoken(job, languages)];
  if (files.size > 0) {
    parts.push('Files', ...[...files].map(([port, { path }]) => `  ${port.padEnd(16)} ${path}`), '');
  }
  parts.push('Time by engine', ...byEngine(job), '');
  if (job.warnings.length > 0) {
    const warnings = job.warnings.map(({ path, code, message }) => `  ${path ?? ''} ${message} (${code})`);
    parts.push('Warnings', ...warnings, '');
  }
  const seconds = secondsBetween(job.createdAt, job.finishedAt);
  parts.push(`${job.pipeline} ${job.status}${seconds === null ? '' : ` in ${seconds.toFixed(1)} s`}.`);
  return parts.join('\n');
}

function spoken(job: Job, { from, to }: { readonly from: string; readonly to: string }): string {
  const lines = (job.output?.lines ?? []) as readonly Line[];
  if (lines.length === 0) return 'Nothing was said in the recording.\n';
  const shown = lines.flatMap((line) => [
    `  ${clock(line.startMs)} – ${clock(line.endMs)}`,
    `    ${from}  ${line.heard ?? '(not heard)'}`,
    `    ${to}  ${line.said ?? '(not translated)'}`,
  ]);
  return ['What was heard and said', ...shown, ''].join('\n');
}

const clock = (ms: number): string => {
  const seconds = ms / 1_000;
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, '0')}`;
};

/** One row for each stage and what ran it. */
function byEngine(job: Job): string[] {
  const rows = new Map<string, { tasks: number; seconds: number }>();
  for (const task of job.tasks ?? []) {
    if (task.stage === null || task.seconds === null) continue;
    const key = `${task.stage.padEnd(26)} ${ranBy(task) || '-'}`;
    const row = rows.get(key) ?? { tasks: 0, seconds: 0 };
    rows.set(key, { tasks: row.tasks + 1, seconds: row.seconds + task.seconds });
  }
  return [...rows].map(
    ([key, { tasks, seconds }]) =>
      `  ${key.padEnd(56)} ${String(tasks).padStart(3)} ${tasks === 1 ? 'task ' : 'tasks'} ${seconds.toFixed(1).padStart(6)} s`,
  );
}

/** The line for programs. */
export const jsonOf = (job: Job, outputs: Record<string, unknown>) => ({
  pipeline: job.pipeline,
  status: job.status,
  ...(job.error ? { error: job.error } : {}),
  seconds: secondsBetween(job.createdAt, job.finishedAt),
  outputs,
  tasks: (job.tasks ?? [])
    .filter(({ stage }) => stage !== null)
    .map(({ path, stage, status, engine, model, device, seconds, attempt }) => ({
      ...{ path, stage, status, engine, model, device, seconds, attempt },
    })),
});
