import type { IntermodalClient, JobEvent } from '@intermodal/client';
import { printJson, type CommandContext } from '../context.ts';
import { redrawn } from '../drawing.ts';
import { drawTree } from './draw-tree.ts';
import { JobTree } from './job-tree.ts';

/** A terminal is drawn so often at most, and as often while nothing happens, for the time that passes. */
const DRAW_MS = 100;
const LOST = 'The connection was lost; trying again …';

/** Shows a job until it ends: a tree on a terminal, a line for each change elsewhere, or the events as JSON lines. */
export async function watchJob(
  jobId: string,
  { json }: { readonly json: boolean },
  client: IntermodalClient,
  context: CommandContext,
): Promise<void> {
  const { signal } = context;
  const show = json ? undefined : context.screen ? await treeOn(jobId, client, context) : linesOn(context);
  try {
    const onLost = (): void => show?.lost();
    const onOpen = (): void => show?.open();
    for await (const event of client.jobs.events(jobId, { signal, onLost, onOpen, patienceMs: Infinity })) {
      if (json) printJson(context, event);
      else show?.take(event);
    }
  } finally {
    show?.close();
  }
}

interface Show {
  take(event: JobEvent): void;
  lost(): void;
  open(): void;
  close(): void;
}

async function treeOn(jobId: string, client: IntermodalClient, context: CommandContext): Promise<Show> {
  const screen = context.screen!;
  const tree = new JobTree();
  const job = await client.jobs.get(jobId, { tasks: true, signal: context.signal });
  tree.expect(job.tasks ?? []);
  const begunMs = Date.parse(job.createdAt);
  let endedMs = job.finishedAt === null ? undefined : Date.parse(job.finishedAt);
  let trouble =
    job.waitingFor.length > 0 ? `waiting for a worker that serves ${job.waitingFor.join(', ')}` : undefined;
  // What has no room are the oldest lines; the head stays.
  const draw = redrawn(screen, (lines, rows) =>
    lines.length <= rows ? [...lines] : [lines[0]!, ...lines.slice(1 - rows)],
  );
  const redraw = (): void => {
    const seconds = Math.max(0, ((endedMs ?? Date.now()) - begunMs) / 1000);
    const head = { id: jobId, pipeline: job.pipeline, seconds, trouble };
    draw(drawTree(tree, head, screen.columns - 1));
  };
  const timer = setInterval(redraw, DRAW_MS);
  redraw();
  return {
    take(event) {
      trouble = undefined;
      tree.take(event);
      if (!('path' in event) && event.type !== 'job.running') endedMs = Date.parse(event.at);
    },
    lost: () => void (trouble = LOST),
    open: () => void (trouble = trouble === LOST ? undefined : trouble),
    close() {
      clearInterval(timer);
      redraw();
    },
  };
}

function linesOn(context: CommandContext): Show {
  return {
    take(event) {
      const line = lineOf(event);
      if (line !== undefined) context.note(line);
    },
    lost: () => context.note(LOST),
    open() {},
    close() {},
  };
}

const MARKS: Readonly<Record<string, string>> = {
  'task.started': '▸',
  'task.retrying': '↻',
  'task.completed': '✓',
  'task.failed': '✗',
  'task.skipped': '–',
  'task.cancelled': '×',
};

/** One event for people; undefined: not worth a line. */
function lineOf(event: JobEvent): string | undefined {
  const mark = MARKS[event.type];
  if (mark === undefined || !('stage' in event)) return undefined;
  const time = 'seconds' in event && event.seconds !== null ? `${event.seconds.toFixed(1)} s` : '';
  const ran = 'engine' in event && event.engine !== undefined ? ` by ${event.engine}` : '';
  const tries = event.attempt > 1 ? ` (attempt ${event.attempt})` : '';
  const error = 'error' in event && event.error ? `  ${event.error.code}: ${event.error.message}` : '';
  return `${mark} ${event.path.padEnd(18)} ${time.padStart(8)}  ${event.stage ?? ''}${ran}${tries}${error}`.trimEnd();
}
