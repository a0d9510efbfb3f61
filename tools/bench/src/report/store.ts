import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toMarkdown } from './markdown.ts';
import { drawPlots } from './plots.ts';
import type { Report } from './report.ts';

const JSON_FILE = 'engine.json';
const PLOT = /^engine-.*\.svg$/;

/** What was measured before; undefined when nothing was. */
export async function readReport(folder: string): Promise<Report | undefined> {
  const path = join(folder, JSON_FILE);
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as Report) : undefined;
}

/** Writes the figures with their machine, the table and the plots. Returns the table's path. */
export async function storeReport(report: Report, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const plots = await drawPlots(report.results.flatMap(({ figures }) => figures));
  // Plots of figures that there are no more.
  for (const name of await readdir(folder)) if (PLOT.test(name)) await rm(join(folder, name));
  for (const [name, svg] of plots) await writeFile(join(folder, name), svg);
  await writeFile(join(folder, JSON_FILE), `${JSON.stringify(report)}\n`);
  const path = join(folder, 'engine.md');
  await writeFile(path, toMarkdown(report, [...plots.keys()]));
  return path;
}
