import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ended, pinnedNode, root } from './steps.mjs';

/** The stack in the foreground, its data in `.data`. */
export async function runStart(args, environment) {
  const cli = join(root, 'apps', 'cli', 'dist', 'main.js');
  const child = spawn(pinnedNode, [cli, 'local', ...args], { cwd: root, stdio: 'inherit', env: environment });
  passSignals(child);
  return ended(child);
}

/** Ctrl-C reaches the child by itself; a signal to this process alone does not. */
function passSignals(child) {
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
}
