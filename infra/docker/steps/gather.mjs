#!/usr/bin/env node
// Gathers what an image runs, and nothing else: the compiled apps, the packages that they depend on when they run, without
// the files of other platforms, and the pinned Node.
// usage: gather.mjs IMAGE OUT, in a repository root that was installed and compiled
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { closureOf } from './closure.mjs';
import { isForeign } from './foreign.mjs';

const [image, out] = process.argv.slice(2);
const images = JSON.parse(readFileSync(new URL('../images.json', import.meta.url), 'utf8'));
if (!out || !Object.hasOwn(images, image)) {
  console.error(`usage: gather.mjs ${Object.keys(images).join(' | ')} OUT`);
  process.exit(2);
}
const root = process.cwd();
const app = join(resolve(out), 'app');
const { apps, without } = images[image];
const { ours, theirs } = closureOf(root, apps, new Set(without));

for (const folder of ours) {
  const from = join(root, folder);
  cpSync(from, join(app, folder), { recursive: true, filter: (path) => !isSource(relative(from, path)) });
  const link = join(app, 'node_modules', JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')).name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(relative(dirname(link), join(app, folder)), link);
}
for (const folder of theirs) {
  // A package inside another one's is in the list by itself, if it is needed.
  const inner = join(root, folder, 'node_modules');
  const filter = (path) => path !== inner && !isForeign(relative(root, path), process);
  cpSync(join(root, folder), join(app, folder), { recursive: true, filter });
}
// The programs and the Node that they are started by: the one that the lock file names, whatever the base image brings.
const programs = join(resolve(out), 'usr', 'local', 'bin');
cpSync(join(root, 'infra', 'docker', 'root'), resolve(out), { recursive: true });
cpSync(join(root, 'node_modules', 'node', 'bin', 'node'), join(programs, 'node'));
for (const name of ['node', 'intermodal', 'intermodal-api', 'intermodal-worker', 'intermodal-health'])
  chmodSync(join(programs, name), 0o755);
console.log(`${image}: ${ours.length} of our packages, ${theirs.length} others`);

/** Packages of its own are in the list by themselves. */
function isSource(path) {
  return /^(src|node_modules)$|^tsconfig|\.(d\.ts|tsbuildinfo)$/.test(path);
}
