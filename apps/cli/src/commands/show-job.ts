import type { JobView, TaskView } from '@intermodal/client';
import { bar } from './drawing.ts';

const MARKS: Readonly<Record<TaskView['status'], string>> = {
  queued: '·',
  running: '▸',
  completed: '✓',
  failed: '✗',
  skipped: '–',
  cancelled: '×',
};
const BAR_WIDTH = 12;

/** One line for a list. */
export const jobLine = (job: JobView): string =>
  [job.id, job.status.padEnd(9), job.createdAt.replace('T', ' ').slice(0, 19), job.pipeline].join('  ');

const taskLine = (task: TaskView): string => {
  const what = [task.stage, task.engine && `by ${task.engine}`, task.model, task.device]
    .filter(Boolean)
    .join(' ');
  const time = task.seconds === null ? '' : `${task.seconds.toFixed(1)} s`;
  const bar = task.status === 'running' && task.progress !== null ? ` ${barOf(task.progress)}` : '';
  const kept = task.kept ? ' (kept)' : '';
  const tries = task.attempt > 1 ? ` (attempt ${task.attempt})` : '';
  const error = task.error ? `  ${task.error.code}: ${task.error.message}` : '';
  return `${MARKS[task.status]} ${task.path.padEnd(18)} ${time.padStart(8)}  ${what}${kept}${tries}${bar}${error}`;
};

const barOf = (fraction: number): string => `${bar(fraction, BAR_WIDTH)} ${Math.round(fraction * 100)} %`;

/** A whole job, for people. */
export function jobText(job: JobView): string[] {
  const lines = [jobLine(job), ...(job.tasks ?? []).map((task) => `  ${taskLine(task)}`)];
  if (job.waitingFor.length > 0)
    lines.push(`  waiting for a worker that serves ${job.waitingFor.join(', ')}`);
  for (const warning of job.warnings)
    lines.push(`  warning: ${warning.path ?? ''} ${warning.message} (${warning.code})`);
  if (job.error)
    lines.push(
      `  failed${job.error.path ? ` at ${job.error.path}` : ''}: ${job.error.message} (${job.error.code})`,
    );
  return lines;
}
