import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Model, ModelFile } from '@intermodal/models';
import { sync } from './put-file.ts';
import { versionOf } from './version.ts';

/**
 * The hash that a file had when it was first pulled, beside it, for those that the catalogue has no hash of. A line as sha256sum
 * writes it: `<sha256>  <version>/<file>`. Written once, never changed: every later copy is held to it.
 */
export interface RecordedHash {
  readonly sha256: string;
  readonly version: string;
}

export const RECORD = '.sha256';

export async function readRecord(path: string): Promise<RecordedHash | undefined> {
  const text = await readFile(`${path}${RECORD}`, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseRecord(text);
}

export function parseRecord(text: string): RecordedHash | undefined {
  const match = /^([0-9a-f]{64}) {2}([0-9a-f]{16})\/\S+\n?$/.exec(text);
  return match ? { sha256: match[1]!, version: match[2]! } : undefined;
}

/** @returns the hash that counts: another process may have been faster, with the same bytes or with others */
export async function recordOnce(
  path: string,
  sha256: string,
  { model, file }: { model: Model; file: ModelFile },
): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const line = `${sha256}  ${versionOf(model)}/${file.file}\n`;
    await writeFile(temporary, line, { flag: 'wx', flush: true });
    // Unlike a rename it fails where there is one already.
    await link(temporary, `${path}${RECORD}`);
    await sync(dirname(path));
    return sha256;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const first = await readRecord(path);
    if (!first) throw new Error(`${path}${RECORD} cannot be read; remove it.`, { cause: error });
    return first.sha256;
  } finally {
    await rm(temporary, { force: true });
  }
}
