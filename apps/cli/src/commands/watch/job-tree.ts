import type { JobEvent, TaskView } from '@intermodal/client';

/** One line of the tree: a node of the job, or the same node in all items of an each. */
export interface TreeLine {
  /** `spoken`; within eaches `lines[].heard`. */
  readonly key: string;
  /** How many eaches it stands in. */
  readonly depth: number;
  readonly stage: string | null;
  /** How many of it there are by state; of a single node one in all. */
  readonly counts: Readonly<Record<State, number>>;
  /** How many there will be, as far as that is known. */
  readonly total: number;
  /** Of a single one that runs. */
  readonly progress: number | undefined;
  /** The end of what a single one has told so far, or of the newest of many. */
  readonly text: string | undefined;
  readonly ran: string | undefined;
  readonly seconds: number | undefined;
  readonly attempt: number;
  readonly error: string | undefined;
}

export type State = 'queued' | 'running' | 'completed' | 'failed' | 'skipped' | 'cancelled';

interface Line {
  stage: string | null;
  readonly states: Map<string, State>;
  items: number;
  progress: number | undefined;
  text: string | undefined;
  ran: string | undefined;
  seconds: number | undefined;
  attempt: number;
  error: string | undefined;
}

const TEXT_KEPT = 400;
const ENDED = { completed: true, failed: true, skipped: true, cancelled: true } as const;

/** What is known of a job from its events, with the items of eaches folded into one line for each of their nodes. */
export class JobTree {
  readonly #lines = new Map<string, Line>();
  #order: string[] = [];
  status = 'queued';
  error: string | undefined;

  /** Nodes that wait have no events; and in which order nodes stand, events do not tell. How far they are comes with these. */
  expect(tasks: readonly Pick<TaskView, 'path' | 'stage'>[]): void {
    for (const { path, stage } of tasks) this.#line(path, stage).states.set(path, 'queued');
  }

  take(event: JobEvent): void {
    if (event.type === 'job.running') this.status = 'running';
    else if (!('path' in event)) {
      this.status = event.type.slice('job.'.length);
      if ('error' in event && event.error) this.error = `${event.error.message} (${event.error.code})`;
    } else this.#takeTask(event);
  }

  /** In the order of the tree: what stands in an each follows it. */
  lines(): TreeLine[] {
    return this.#order.map((key) => this.#shown(key, this.#lines.get(key)!));
  }

  #takeTask(event: Extract<JobEvent, { path: string }>): void {
    const line = this.#line(event.path, 'stage' in event ? event.stage : undefined);
    switch (event.type) {
      case 'task.progress':
        line.progress = event.progress;
        return;
      case 'task.partial':
        line.text = textOf(event.index === 0 ? '' : (line.text ?? ''), event.value);
        return;
      case 'task.started':
        line.items += event.items ?? 0;
        this.#enter(line, event.path, 'running', event.attempt);
        return;
      case 'task.retrying':
        this.#enter(line, event.path, 'queued', event.attempt);
        line.error = event.error && `${event.error.message} (${event.error.code})`;
        return;
      default: {
        const state = event.type.slice('task.'.length) as keyof typeof ENDED;
        this.#enter(line, event.path, state, event.attempt);
        line.ran = [event.engine, event.model, event.device].filter(Boolean).join(' ') || line.ran;
        line.seconds = event.seconds ?? undefined;
        if ('error' in event && event.error) line.error = `${event.error.message} (${event.error.code})`;
        else if (state === 'completed' && line.states.size === 1) line.error = undefined;
      }
    }
  }

  #enter(line: Line, path: string, state: State, attempt: number): void {
    line.states.set(path, state);
    line.attempt = attempt;
    line.progress = undefined;
  }

  #line(path: string, stage: string | null | undefined): Line {
    const key = foldedOf(path);
    let line = this.#lines.get(key);
    if (!line) {
      const nothing = { progress: undefined, text: undefined, ran: undefined, seconds: undefined };
      line = { stage: null, states: new Map(), items: 0, attempt: 0, error: undefined, ...nothing };
      this.#lines.set(key, line);
      this.#order = inserted(this.#order, key);
    }
    if (stage !== undefined) line.stage = stage;
    return line;
  }

  #shown(key: string, line: Line): TreeLine {
    const counts = { queued: 0, running: 0, completed: 0, failed: 0, skipped: 0, cancelled: 0 };
    for (const state of line.states.values()) counts[state] += 1;
    const { stage, progress, text, ran, seconds, attempt, error } = line;
    const each = this.#lines.get(key.slice(0, Math.max(0, key.lastIndexOf('[]'))));
    return {
      ...{ key, stage, counts, progress, text, ran, seconds, attempt, error },
      depth: key.split('[]').length - 1,
      total: Math.max(line.states.size, each?.items ?? 0),
    };
  }
}

/** `lines[3].heard` -> `lines[].heard` */
const foldedOf = (path: string): string => path.replaceAll(/\[\d+\]/g, '[]');

/** After the last that stands in the same each, or after that each itself. */
function inserted(order: readonly string[], key: string): string[] {
  const inside = key.lastIndexOf('[]');
  if (inside < 0) return [...order, key];
  const each = key.slice(0, inside);
  const last = order.findLastIndex((one) => one === each || one.startsWith(`${each}[]`));
  return last < 0 ? [...order, key] : order.toSpliced(last + 1, 0, key);
}

function textOf(before: string, value: Readonly<Record<string, unknown>>): string {
  if (typeof value['text'] === 'string') return (before + value['text']).slice(-TEXT_KEPT);
  const [inner] = Object.values(value);
  const text = inner !== null && typeof inner === 'object' && 'text' in inner ? inner.text : undefined;
  return typeof text === 'string' ? text.slice(-TEXT_KEPT) : before;
}
