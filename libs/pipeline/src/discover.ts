import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A discovered file: what it exports by default, and the dotted name its path stands for. */
export interface Discovered {
  readonly file: string;
  /** `speech/transcribe.stage.ts` -> `speech.transcribe` */
  readonly expectedName: string;
  readonly exported: unknown;
}

/**
 * Imports every `*.<kind>.ts` (or built `.js`) file below a folder, in the order of their paths.
 * @param kind e.g. `stage`, `pipeline`, `engine`
 */
export async function discover(folder: string, kind: string): Promise<Discovered[]> {
  const pattern = new RegExp(`\\.${kind}\\.(ts|js)$`);
  const files = (await readdir(folder, { recursive: true })).filter((path) => pattern.test(path)).sort();
  return Promise.all(
    files.map(async (file) => {
      const module = (await import(pathToFileURL(join(folder, file)).href)) as { default?: unknown };
      return { file, expectedName: file.replace(pattern, '').replaceAll(sep, '.'), exported: module.default };
    }),
  );
}

/** The sentence for a file whose name and content disagree. */
export const misnamed = (found: Discovered, kind: string, actual: string | undefined): string =>
  `${found.file} must export by default a ${kind} named '${found.expectedName}', but it exports ` +
  `${actual === undefined ? `no ${kind}` : `'${actual}'`}: rename the file or the ${kind}.`;
