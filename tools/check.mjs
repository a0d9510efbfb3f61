#!/usr/bin/env node
// Everything that is checked without running the product: form, types, floors, dead code. `npm run check`.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const environment = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', FORCE_COLOR: '0' };

/** Beside each other where there are two cores; each list in its order. */
const lanes = [
  [
    ['format', 'prettier', ['--check', '.', '--log-level', 'warn']],
    // Without a graph the rule about imports is skipped in silence.
    ['project graph', 'nx', ['graph', `--file=${join('.nx', 'graph.json')}`]],
    ['lint and floors', 'eslint', ['.', '--max-warnings', '0']],
  ],
  [
    ['types', 'tsc', ['-b']],
    ['types of tests', 'tsc', ['-p', 'tsconfig.tests.json']],
    ['dead code', 'knip', ['--no-progress', '--no-config-hints']],
    ['reference pages', 'node', ['--conditions=@intermodal/source', 'tools/reference.ts', '--check']],
    [
      'dashboards and alerts',
      'node',
      ['--conditions=@intermodal/source', 'tools/monitoring/src/main.ts', '--check'],
    ],
    ['manifests', 'node', ['--conditions=@intermodal/source', 'tools/manifests/src/main.ts', '--check']],
  ],
];

// A graph of yesterday would judge by yesterday's tags.
await rm(join(root, '.nx', 'workspace-data'), { recursive: true, force: true });
const failed = (await Promise.all(lanes.map(runLane))).flat();
console.log(failed.length === 0 ? 'check: all passed' : `check: ${failed.join(', ')} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function runLane(checks) {
  const failures = [];
  for (const [name, program, args] of checks) {
    const started = performance.now();
    const { code, output } = await run(bin(program), args);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${code === 0 ? '✓' : '✗'} ${name}: ${seconds} s`);
    if (code !== 0) {
      console.log(output.trimEnd());
      failures.push(name);
    }
  }
  return failures;
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}
