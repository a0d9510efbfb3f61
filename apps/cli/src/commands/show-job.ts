import type { JobView, TaskView } from '@intermodal/client';
import type { CommandContext } from './context.ts';
import { bar, redrawn } from './drawing.ts';

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

export const taskLine = (task: TaskView): string => {
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

/**
 * Shows a job as it changes: redrawn in place on a terminal, else one line for each task that changed.
 * @returns what to call with every state
 */
export function jobScreen(context: CommandContext): (job: JobView) => void {
  const { screen } = context;
  if (!screen) return changesOnly(context);
  const draw = redrawn(screen, fit);
  return (job) => draw(jobText(job));
}

/** The newest lines are of most use when not all have room. */
const fit = (lines: readonly string[], rows: number): string[] =>
  lines.length <= rows
    ? [...lines]
    : [lines[0]!, `  … ${lines.length - rows + 2} more …`, ...lines.slice(2 - rows)];

function changesOnly(context: CommandContext): (job: JobView) => void {
  const seen = new Map<string, string>();
  return (job) => {
    for (const task of job.tasks ?? []) {
      if (task.status === 'queued' || seen.get(task.path) === task.status) continue;
      seen.set(task.path, task.status);
      context.note(taskLine(task));
    }
  };
}
