import { readFileSync } from 'node:fs';

/** @param main `import.meta.url` of a program in `src` or `dist` of its package */
export const packageVersion = (main: string): string =>
  (JSON.parse(readFileSync(new URL('../package.json', main), 'utf8')) as { version: string }).version;
