import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run, step } from './steps.mjs';

/** `npm ci`, when node_modules is not what the lock file says. */
export async function installNpmPackages() {
  if (await isInstalled()) return;
  await step('npm packages (850 MB on disk)', () => run('npm', ['ci', '--loglevel=error', '--no-progress']));
}

/** npm writes into node_modules what it put there; an optional package may be for another platform. */
async function isInstalled() {
  const wanted = await packagesOf(join(root, 'package-lock.json'));
  const there = await packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (!there) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = there[path];
    if (!found) return Boolean(entry.optional || entry.devOptional);
    return found.version === entry.version && Boolean(found.link) === Boolean(entry.link);
  });
}

async function packagesOf(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
