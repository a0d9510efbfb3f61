import { existsSync, readFileSync, readdirSync } from 'node:fs';

/**
 * The commands of this process's living children, so that a test can say that it leaves none. Empty where there is no
 * /proc.
 */
export function childProcesses(): string[] {
  if (!existsSync('/proc/self/task')) return [];
  return readdirSync('/proc/self/task').flatMap((task) =>
    read(`/proc/self/task/${task}/children`)
      .split(' ')
      .filter((pid) => pid !== '')
      .map((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim())
      // An ended child that is not yet waited for has no command line, and runs nothing.
      .filter((command) => command !== ''),
  );
}

/** Whether a process runs. One that has ended and that nobody has waited for (state Z) does not. Linux only. */
export const isRunning = (pid: number): boolean => /^State:\t[^ZX]/m.test(read(`/proc/${pid}/status`));

/** The processes of a group that run, wherever they hang in the tree. Linux only. */
export function runningInGroup(group: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter(
      (pid) =>
        Number(
          read(`/proc/${pid}/stat`)
            .replace(/^.*\) /s, '')
            .split(' ')[2],
        ) === group,
    )
    .map(Number)
    .filter(isRunning);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
