/**
 * Writes infra/k8s from the pools, their stages and the settings there are.
 *
 *   npm run manifests [-- --check]
 *
 * With --check it writes nothing, and fails when a file is stale.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { loadShippedPipelines, loadShippedStages } from '@intermodal/stages';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { NOTE, render } from './render.ts';
import type { AlertGroups } from './resources/monitoring.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FOLDER = join(ROOT, 'infra', 'k8s');

const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const alerts = await readFile(join(ROOT, 'infra', 'prometheus', 'alerts.yaml'), 'utf8').then(
  (text) => (parse(text) as { groups: AlertGroups }).groups,
  () => undefined,
);
const files = render({
  ...{ version, alerts },
  stages: await loadShippedStages(),
  documents: await loadShippedPipelines(),
});

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, rendered] of Object.entries(files)) {
  const path = join(FOLDER, name);
  const text = name.endsWith('.yaml')
    ? await format(rendered, { ...(await resolveConfig(path)), parser: 'yaml' })
    : rendered;
  if (text === (await readFile(path, 'utf8').catch(() => ''))) continue;
  stale.push(name);
  if (check) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
// What is no longer rendered; files of others are let alone.
for (const entry of await readdir(FOLDER, { recursive: true, withFileTypes: true }).catch(() => [])) {
  const path = join(entry.parentPath, entry.name);
  const name = relative(FOLDER, path);
  if (!entry.isFile() || Object.hasOwn(files, name)) continue;
  if (!(await readFile(path, 'utf8')).startsWith(`# ${NOTE}`)) continue;
  stale.push(name);
  if (!check) await rm(path);
}
if (check && stale.length > 0) {
  process.stderr.write(`infra/k8s is stale: ${stale.sort().join(', ')}. Run: npm run manifests\n`);
  process.exitCode = 1;
}
