import { ranBy, secondsBetween, type Job } from './job.ts';
import type { SavedFile } from './save-outputs.ts';
import { secondsText } from './text.ts';

/** What people want to know of a finished job beside its result. */
export function report(job: Job, files: ReadonlyMap<string, SavedFile>): string[] {
  const lines: string[] = [];
  if (files.size > 0)
    lines.push('Files', ...[...files].map(([port, { path }]) => `  ${port.padEnd(16)} ${path}`), '');
  lines.push('Time by engine', ...byEngine([job]), '');
  if (job.warnings.length > 0) {
    const warnings = job.warnings.map(({ path, code, message }) => `  ${path ?? ''} ${message} (${code})`);
    lines.push('Warnings', ...warnings, '');
  }
  const seconds = secondsBetween(job.createdAt, job.finishedAt);
  lines.push(`${job.pipeline} ${job.status}${seconds === null ? '' : ` in ${secondsText(seconds)}`}.`);
  return lines;
}

/** One row for each stage and what ran it. */
export function byEngine(jobs: readonly Job[]): string[] {
  const rows = new Map<string, { tasks: number; seconds: number }>();
  for (const task of jobs.flatMap(({ tasks }) => tasks ?? [])) {
    if (task.stage === null || task.seconds === null) continue;
    const key = `${task.stage.padEnd(26)} ${ranBy(task) || '-'}`;
    const row = rows.get(key) ?? { tasks: 0, seconds: 0 };
    rows.set(key, { tasks: row.tasks + 1, seconds: row.seconds + task.seconds });
  }
  const width = Math.max(...[...rows.keys()].map((key) => key.length));
  return [...rows].map(
    ([key, { tasks, seconds }]) =>
      `  ${key.padEnd(width)} ${String(tasks).padStart(4)} ${tasks === 1 ? 'task ' : 'tasks'} ${secondsText(seconds).padStart(7)}`,
  );
}

/** A pipeline's entry in the line for programs. */
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
