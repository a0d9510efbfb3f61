import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');

/** The code blocks of a document that say that `test` executes them, in order. */
export function documentedExamples(document: string, test: string): { language: string; code: string }[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  const marked = new RegExp(
    `<!-- executed by ${test.replaceAll('.', '\\.')} -->\\s*\`\`\`(\\w+)\\n(.*?)\`\`\``,
    'gs',
  );
  return [...text.matchAll(marked)].map(([, language, code]) => ({ language: language!, code: code! }));
}
