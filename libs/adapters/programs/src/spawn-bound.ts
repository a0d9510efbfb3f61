import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Of util-linux. Where it stands elsewhere it is busybox's, which does not know --pdeathsig. */
const SETPRIV = '/usr/bin/setpriv';

/**
 * Spawns a child that the kernel ends when this process ends, however it ends (Linux; elsewhere a plain spawn). Call it
 * from the main thread: the kernel watches the thread that spawned, not the process.
 */
export function spawnBound(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  // setpriv execs, so the pid is the command's own. It comes after the change of uid, which would clear the signal.
  return process.platform === 'linux' && existsSync(SETPRIV)
    ? spawn(SETPRIV, ['--pdeathsig', 'KILL', '--', command, ...args], options)
    : spawn(command, [...args], options);
}

/** True when the child has ended. */
export const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;

/** Asks the child to end, and makes it end when it has not after `patienceMs`. Of an ended child: does nothing. */
export async function endChild(
  child: ChildProcess,
  options: { signal: NodeJS.Signals; patienceMs: number },
): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  child.kill(options.signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), options.patienceMs);
  await ended;
  clearTimeout(timer);
}
