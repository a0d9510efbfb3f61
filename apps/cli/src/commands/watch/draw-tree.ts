import { bar } from '../drawing.ts';
import type { JobTree, State, TreeLine } from './job-tree.ts';

const MARKS: Readonly<Record<State, string>> = {
  queued: '·',
  running: '▸',
  completed: '✓',
  failed: '✗',
  skipped: '–',
  cancelled: '×',
};
const BAR_WIDTH = 16;
const NAME_WIDTH = 22;

export interface TreeHead {
  readonly id: string;
  readonly pipeline: string;
  readonly seconds: number;
  /** What keeps it from going on, e.g. a connection that was lost. */
  readonly trouble?: string | undefined;
}

/** A job as lines of at most so many characters. */
export function drawTree(tree: JobTree, head: TreeHead, columns: number): string[] {
  const { id, pipeline, seconds, trouble } = head;
  const lines = [`${id}  ${tree.status}  ${pipeline}  ${seconds.toFixed(1)} s`];
  for (const line of tree.lines()) lines.push(...drawLine(line));
  if (tree.error !== undefined) lines.push(`  ${tree.error}`);
  if (trouble !== undefined) lines.push(`  ${trouble}`);
  return lines.map((line) => cut(line, columns));
}

function drawLine(line: TreeLine): string[] {
  const { key, depth, counts, total, progress, text, error } = line;
  const state = stateOf(line);
  const indent = '  '.repeat(depth + 1);
  const name = depth > 0 ? key.slice(key.lastIndexOf('[].') + 3) : key;
  const isMany = depth > 0 || total > 1;
  const ended = counts.completed + counts.failed + counts.skipped + counts.cancelled;
  const facts = isMany ? manyFacts(line, ended) : singleFacts(line);
  const fraction = isMany ? ended / Math.max(1, total) : (progress ?? 0);
  const shown =
    state === 'running' && (isMany || progress !== undefined) ? ` ${bar(fraction, BAR_WIDTH)}` : '';
  const lines = [`${indent}${MARKS[state]} ${name.padEnd(NAME_WIDTH - 2 * depth)}${shown}${facts}`.trimEnd()];
  if (text !== undefined && state === 'running') lines.push(`${indent}  “${text.replaceAll(/\s+/g, ' ')}`);
  if (error !== undefined) lines.push(`${indent}  ${error}`);
  return lines;
}

function singleFacts({ stage, ran, seconds, progress, attempt, counts }: TreeLine): string {
  const facts = [
    ...(counts.running > 0 && progress !== undefined ? [`${Math.round(progress * 100)} %`] : []),
    ...(seconds === undefined || counts.running > 0 ? [] : [`${seconds.toFixed(1)} s`]),
    ...(stage === null ? [] : [stage]),
    ...(ran === undefined ? [] : [`by ${ran}`]),
    ...(attempt > 1 ? [`(attempt ${attempt})`] : []),
  ];
  return facts.map((fact) => ` ${fact}`).join('');
}

function manyFacts({ stage, counts, total, ran }: TreeLine, ended: number): string {
  const others = (['running', 'failed', 'skipped', 'cancelled'] as const).flatMap((state) =>
    counts[state] > 0 ? [`${counts[state]} ${state}`] : [],
  );
  return ` ${[`${ended}/${total}`, ...others, ...(stage === null ? [] : [stage]), ...(ran === undefined ? [] : [`by ${ran}`])].join('  ')}`;
}

/** Of many: running while some are to end; then the worst of them. */
function stateOf({ counts, total }: TreeLine): State {
  const ended = counts.completed + counts.failed + counts.skipped + counts.cancelled;
  if (ended < total) return counts.running > 0 || ended > 0 ? 'running' : 'queued';
  return (['failed', 'completed', 'skipped'] as const).find((state) => counts[state] > 0) ?? 'cancelled';
}

/** The end of a text that is told is its news; of any other line it can go. */
function cut(line: string, columns: number): string {
  if (line.length <= columns) return line;
  const quote = line.indexOf('“');
  return quote < 0
    ? `${line.slice(0, columns - 1)}…`
    : `${line.slice(0, quote + 1)}…${line.slice(line.length - (columns - quote - 2))}`;
}
