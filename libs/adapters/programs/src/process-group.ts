import type { ChildProcess, StdioOptions } from 'node:child_process';
import { spawnBound } from './spawn-bound.ts';

/** Starts a program as the head of a process group of its own. It ends with this process, as `spawnBound` has it. */
export function spawnGroup(program: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  // UTF-8 whatever the machine's locale is; all else of the environment is inherited.
  return spawnBound('env', ['LC_ALL=C.UTF-8', program, ...args], { stdio, detached: true });
}

/** Ends a whole group at once. Harmless when it has ended already. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
