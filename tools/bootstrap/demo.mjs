import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ended, Failure, pinnedNode, root, spawnBound, step } from './steps.mjs';

const client = join(root, 'tools', 'demo', 'dist', 'main.js');
const cli = join(root, 'apps', 'cli', 'dist', 'main.js');

/** Runs the demo against a stack of its own, and leaves nothing running; or against any API, with --url. */
export async function runDemo(args, environment) {
  const alone = ['--url', '--help', '-h'].some((option) => args.includes(option));
  if (alone) return runClient(args, environment);
  // A wrong option or a file that is not there is said before anything is started.
  const wrong = await runClient(['--url', 'http://127.0.0.1', '--key', '-', '--check', ...args], environment);
  if (wrong !== 0) return wrong;
  const asked = new AbortController();
  // Ctrl-C reaches the client too, which cancels its job; then everything is ended here.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => asked.abort());
  let stack;
  try {
    await step('start of Postgres, Redis, API and workers', async () => {
      stack = await startStack(environment, asked.signal);
    });
    if (asked.signal.aborted) return 130;
    return await runClient(['--url', stack.url, '--key', stack.key, ...args], environment, asked.signal);
  } finally {
    if (stack) await stopStack(stack);
  }
}

async function runClient(args, environment, signal) {
  const child = spawn(pinnedNode, [client, ...args], {
    cwd: process.cwd(),
    stdio: 'inherit',
    env: environment,
  });
  // A Ctrl-C has reached it already; a second SIGINT would make it give up its goodbye.
  signal?.addEventListener('abort', () => setTimeout(() => child.kill('SIGTERM'), 5_000).unref(), {
    once: true,
  });
  return ended(child);
}

async function startStack(environment, signal) {
  const child = spawnBound('TERM', pinnedNode, [cli, 'local', '--ephemeral', '--port', '0', '--json'], {
    cwd: root,
    // Any port, as nobody needs to know it. Its own process group: Ctrl-C in the terminal must reach the client first.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  });
  let complaints = '';
  child.stderr.on('data', (data) => (complaints += data));
  const end = ended(child);
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  const line = await Promise.race([
    new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    end.then(() => undefined),
  ]);
  signal.removeEventListener('abort', stop);
  if (line === undefined) throw new Failure(`The stack did not start.\n${complaints}`);
  const ready = JSON.parse(line);
  return { ...ready, child, end, complaints: () => complaints };
}

/** In order; then by force, so that nothing is left whatever happened. */
async function stopStack(stack) {
  stack.child.kill('SIGTERM');
  const inTime = await Promise.race([stack.end.then(() => true), sleep(40_000, false, { ref: false })]);
  if (!inTime) stack.child.kill('SIGKILL');
  for (const pid of Object.values(stack.pids)) {
    if (!inTime) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
  }
  if (stack.complaints() !== '') process.stderr.write(`What the stack said:\n${stack.complaints()}`);
}
