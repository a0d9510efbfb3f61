import type { BatchView } from '@intermodal/client';
import { ranBy, type Job, type Task } from './job.ts';

export interface Progress {
  job(job: Job): void;
  batch(batch: BatchView): void;
}

const MARKS: Record<Task['status'], string> = {
  queued: '·',
  running: '▸',
  completed: '✓',
  failed: '✗',
  skipped: '–',
  cancelled: '–',
};

/** Redrawn lines on a terminal; elsewhere a line whenever a task or row ends. */
export const progressOn = (stream: NodeJS.WriteStream): Progress =>
  stream.isTTY ? new Redrawn(stream) : new Plain(stream);

/** An each is only a frame around its items. */
const tasksOf = (job: Job): Task[] => (job.tasks ?? []).filter(({ stage }) => stage !== null);

function lineOf(task: Task): string {
  const time = task.seconds === null ? '' : `${task.seconds.toFixed(1)} s`;
  const part =
    task.progress !== null && task.status === 'running' ? `${Math.round(task.progress * 100)} %` : '';
  const again = task.attempt > 1 ? `attempt ${task.attempt}` : '';
  const rest = [time.padStart(7), ranBy(task), part, again].filter((text) => text !== '').join('  ');
  return `  ${MARKS[task.status]} ${task.path.padEnd(18)} ${(task.stage ?? '').padEnd(26)} ${rest}`.trimEnd();
}

const waitingLine = (job: Job): string[] =>
  job.waitingFor.length > 0 ? [`  waiting for a worker that serves ${job.waitingFor.join(', ')}`] : [];

const BAR_WIDTH = 30;

function batchLine({ counts, percent }: BatchView): string {
  const full = Math.round((percent / 100) * BAR_WIDTH);
  const ended = counts.total - counts.queued - counts.running;
  const bad = counts.failed + counts.invalid + counts.cancelled;
  const rest = bad > 0 ? `, ${bad} of them not completed` : '';
  return `  ${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}  ${ended} of ${counts.total} rows${rest}`;
}

class Redrawn implements Progress {
  readonly #stream: NodeJS.WriteStream;
  #drawn = 0;
  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  job(job: Job): void {
    this.#draw([...fitting(tasksOf(job), (this.#stream.rows ?? 24) - 4), ...waitingLine(job)]);
  }

  batch(batch: BatchView): void {
    this.#draw([batchLine(batch)]);
  }

  #draw(lines: readonly string[]): void {
    const width = (this.#stream.columns ?? 110) - 1;
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : '';
    this.#stream.write(`${up}${lines.map((line) => `\x1b[2K${line.slice(0, width)}\n`).join('')}\x1b[J`);
    this.#drawn = lines.length;
  }
}

/** All tasks when there is room; else those that move, and how many the others are. */
function fitting(tasks: readonly Task[], rows: number): string[] {
  if (tasks.length <= rows) return tasks.map(lineOf);
  const moving = tasks.filter(({ status }) => status === 'running' || status === 'failed').slice(0, rows - 1);
  const done = tasks.filter(({ status }) => status === 'completed').length;
  return [...moving.map(lineOf), `  ${done} of ${tasks.length} tasks completed`];
}

class Plain implements Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #said = new Set<string>();
  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  job(job: Job): void {
    const ended = tasksOf(job).filter(({ status }) => status !== 'queued' && status !== 'running');
    this.#say([...ended.map(lineOf), ...waitingLine(job)]);
  }

  batch(batch: BatchView): void {
    this.#say([batchLine(batch)]);
  }

  #say(lines: readonly string[]): void {
    for (const line of lines) {
      if (this.#said.has(line)) continue;
      this.#said.add(line);
      this.#stream.write(`${line}\n`);
    }
  }
}
