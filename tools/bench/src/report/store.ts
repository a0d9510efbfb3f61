import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toMarkdown, type Report } from './markdown.ts';
import { drawPlots } from './plots.ts';

/** Writes the figures with their machine, the table and the plots. Returns the table's path. */
export async function storeReport(report: Report, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const plots = await drawPlots(report.figures);
  for (const [name, svg] of plots) await writeFile(join(folder, name), svg);
  await writeFile(join(folder, 'benchmark.json'), `${JSON.stringify(report, null, 1)}\n`);
  const path = join(folder, 'benchmark.md');
  await writeFile(path, toMarkdown(report, [...plots.keys()]));
  return path;
}
