import { matchesGlob } from 'node:path';

/**
 * Of the patterns of a .dockerignore: whether a path below the context is left out, by itself or with its folder.
 * @throws at a pattern with `!`, which is not supported
 */
export function readIgnores(text: string): (path: string) => boolean {
  const patterns = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const exception = patterns.find((pattern) => pattern.startsWith('!'));
  if (exception) throw new Error(`.dockerignore: '${exception}': exceptions are not supported.`);
  return (path) => patterns.some((pattern) => matchesGlob(path, pattern));
}
