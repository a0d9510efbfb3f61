import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The folder of real media and weights beside the repository, for tests that use it and are skipped without it.
 * Nothing in the repository needs it to install, run or pass.
 */
export function sharedFolder(): string | undefined {
  const folder = resolve(import.meta.dirname, '../../../../shared');
  return existsSync(resolve(folder, 'fixtures/manifest.json')) ? folder : undefined;
}
