#!/usr/bin/env node
// One command from a fresh clone: installs what is missing, builds, then runs `demo`, `start` or `test`.
// Runs on Node 20 with no dependency, because it is what installs them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './bootstrap/build.mjs';
import { installNpmPackages } from './bootstrap/npm-packages.mjs';
import { installSystemPackages } from './bootstrap/system-packages.mjs';
import { root, Failure } from './bootstrap/steps.mjs';
import { runDemo } from './bootstrap/demo.mjs';
import { runStart } from './bootstrap/start.mjs';
import { runTests } from './bootstrap/test.mjs';

const [command, ...args] = process.argv.slice(2);
const commands = { demo: runDemo, start: runStart, test: runTests };

try {
  if (!Object.hasOwn(commands, command ?? '')) {
    throw new Failure(`usage: node tools/bootstrap.mjs ${Object.keys(commands).join(' | ')} [options]`);
  }
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Failure(`Node 20 or newer is needed; this is ${process.version}.`);
  }
  // A client of a server elsewhere, or somebody who only asks for help, needs no engines.
  const onlyClient = command === 'demo' && ['--url', '--help', '-h'].some((option) => args.includes(option));
  await Promise.all([installNpmPackages(), onlyClient || installSystemPackages()]);
  await build();
  const environment = { ...process.env };
  const mirror = join(root, '..', 'shared', 'models');
  if (!environment.INTERMODAL_MODEL_MIRROR && existsSync(mirror))
    environment.INTERMODAL_MODEL_MIRROR = mirror;
  process.exitCode = await commands[command](args, environment);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
