/**
 * Writes the dashboards and alert rules of infra/ from what stands here.
 *
 *   node --conditions=@intermodal/source tools/monitoring/src/main.ts [--check]
 *
 * With --check it writes nothing, and fails when a file is stale.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { renderedFiles } from './rendered-files.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, content] of Object.entries(renderedFiles())) {
  const path = join(ROOT, name);
  const text = await format(content, { ...(await resolveConfig(path)), filepath: path });
  if (text === (await readFile(path, 'utf8').catch(() => ''))) continue;
  stale.push(name);
  if (check) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
if (check && stale.length > 0) {
  process.stderr.write(`Stale: ${stale.join(', ')}. Run: npm run reference\n`);
  process.exitCode = 1;
}
