import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The programs among `names` that are not on the search path. */
export async function missingPrograms(names: readonly string[]): Promise<string[]> {
  const script = 'for name; do command -v "$name" >/dev/null || echo "$name"; done';
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script, 'sh', ...names]);
  return stdout.split('\n').filter((name) => name !== '');
}
