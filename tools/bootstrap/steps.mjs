import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** The Node that the project is pinned to; there after `npm ci`. */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node');

/** Something that people can mend; shown without a stack. */
export class Failure extends Error {}

/** Runs one step; says what was done and how long it took. A step that returns `false` had nothing to do: silence. */
export async function step(name, work) {
  const started = performance.now();
  const live = process.stderr.isTTY;
  if (live) process.stderr.write(`  ${name} …`);
  const done = await work().finally(() => live && process.stderr.write('\r\x1b[2K'));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (done !== false) process.stderr.write(`  ${name}: ${seconds} s\n`);
}

/** Runs a program to its end and keeps what it writes; a Failure shows it. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.once('error', (error) => reject(new Failure(`${command}: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0 || options.anyCode) resolve({ code, output });
      else
        reject(
          new Failure(
            `${[command, ...args].join(' ')} ended with ${signal ?? code}:\n${output.slice(-8000)}`,
          ),
        );
    });
  });
}

/** Spawns a child that the kernel ends with `signal` when this process is killed (Linux). */
export function spawnBound(signal, command, args, options) {
  const setpriv = '/usr/bin/setpriv';
  return process.platform === 'linux' && existsSync(setpriv)
    ? spawn(setpriv, ['--pdeathsig', signal, '--', command, ...args], options)
    : spawn(command, args, options);
}

/** Resolves with the exit code; a signal is 128 + its number, as in a shell. */
export const ended = (child) =>
  new Promise((resolve) => {
    const numbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };
    child.once('error', (error) => {
      console.error(error.message);
      resolve(127);
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + (numbers[signal] ?? 0)));
  });
