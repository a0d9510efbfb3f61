import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Of util-linux. Where it stands elsewhere it is busybox's, which does not know --pdeathsig. */
const SETPRIV = '/usr/bin/setpriv';

/**
 * Starts a program as the head of a process group of its own. On Linux it also gets SIGKILL when this process ends, however
 * it ends, so that a killed worker leaves nothing behind.
 */
export function spawnGroup(program: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  // UTF-8 whatever the machine's locale is; all else of the environment is inherited.
  const command = ['env', 'LC_ALL=C.UTF-8', program, ...args];
  const [head, ...rest] = [...DIES_WITH_US, ...command];
  return spawn(head!, rest, { stdio, detached: true });
}

/** Put before a command, it ties that command's life to its parent's. */
export const DIES_WITH_US: readonly string[] =
  process.platform === 'linux' && existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--'] : [];

/**
 * Programs joined by pipes, as a line for the shell: when any of them ends, all do. So a broken pipeline is seen as ended, and
 * one whose first program finds its input closed, because we were killed, leaves nothing.
 */
export const allOrNone = (programs: readonly string[]): string =>
  programs.map((program) => `{ ${program}; kill -KILL 0; }`).join(' | ');

/** Ends a whole group at once. Harmless when it has ended already. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
