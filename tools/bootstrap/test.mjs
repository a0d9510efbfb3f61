import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ended, pinnedNode, root } from './steps.mjs';

const REPORT = join(root, 'test-results', 'vitest.json');

/** Every test of every project; ends with one line of numbers. Arguments are vitest's. */
export async function runTests(args, environment) {
  await rm(REPORT, { force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(pinnedNode, [vitest, 'run', ...args], {
    cwd: root,
    stdio: 'inherit',
    env: environment,
  });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const code = await ended(child);
  const report = await readFile(REPORT, 'utf8').then(JSON.parse, () => undefined);
  if (!report) return code || 1;
  const skipped = report.numPendingTests + (report.numTodoTests ?? 0);
  console.log(`\n${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped`);
  return code;
}
