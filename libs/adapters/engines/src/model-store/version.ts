import { createHash } from 'node:crypto';
import { allFilesOf, type Model } from '@intermodal/models';

/**
 * 16 digits that change when any file does; where not all hashes are known, when its source or its revision does. Hashes that
 * were recorded here do not count: a folder has its name before they are known.
 */
export function versionOf(model: Model): string {
  const files = allFilesOf(model);
  const hash = createHash('sha256');
  for (const { file, sha256 } of files) hash.update(`${file} ${sha256 ?? 'unknown'}\n`);
  if (files.some(({ sha256 }) => sha256 === undefined)) hash.update(JSON.stringify(model.source));
  return hash.digest('hex').slice(0, 16);
}
