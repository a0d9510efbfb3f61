import { readdirSync, readFileSync } from 'node:fs';

/** The kernel's unit of CPU time, the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * CPU seconds that a process and all its descendants have used so far, those that have ended included: the kernel adds
 * an ended child's to its parent's. Linux only.
 */
export function cpuSeconds(of: number): number {
  const children = new Map<number, Stat[]>();
  let root: Stat | undefined;
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (!stat) continue;
    if (stat.pid === of) root = stat;
    const siblings = children.get(stat.parent);
    if (siblings) siblings.push(stat);
    else children.set(stat.parent, [stat]);
  }
  if (!root) throw new Error(`Process ${of} has ended.`);
  const ticks = (stat: Stat): number =>
    (children.get(stat.pid) ?? []).reduce((sum, child) => sum + ticks(child), stat.ticks);
  return ticks(root) / TICKS_PER_SECOND;
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

function statOf(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // It ended while we were looking.
  }
  // After the command, which may hold anything: state, parent, ..., utime, stime, cutime, cstime.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
  return { pid, parent: Number(fields[1]), ticks };
}
