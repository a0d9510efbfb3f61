import { resolve } from 'node:path';
import { IntermodalError } from '@intermodal/contracts';
import { TextReader, defineEngine, type ReadLine } from '@intermodal/models';
import { missingPrograms, runProgram } from '@intermodal/programs';
import { codeFor, codesOf } from './language-codes.ts';
import { parseTable } from './parse-table.ts';

/** tesseract 5 or later: printed text, one process for each picture. Its languages are packages of the system. */
export default defineEngine(TextReader, {
  name: 'tesseract',
  probe: async () => {
    const missing = await missingPrograms(['tesseract']);
    if (missing.length === 0) return { available: true };
    return { available: false, reason: 'tesseract not found: apt-get install tesseract-ocr.' };
  },
  open: async () => ({ use: { read }, device: 'cpu', close: async () => {} }),
});

async function read(
  path: string,
  options: { language: string; signal: AbortSignal },
): Promise<readonly ReadLine[]> {
  const language = await installed(options.language, options.signal);
  // Page segmentation 3 finds no text where there is none; 6 and 11 invent it on plain pictures.
  // A picture says no true resolution: left to guess one, tesseract reads half as much of photographs.
  const args = [resolve(path), 'stdout', '--psm', '3', '--dpi', '70', '-l', language, 'tsv'];
  const result = await tesseract(args, options.signal);
  if (result.exitCode === 0) return parseTable(result.stdout);
  const cause = new Error(result.stderr.slice(0, 2000));
  if (/image file|Unsupported image|pix not read|Error during processing/i.test(result.stderr)) {
    throw new IntermodalError(
      'media.unreadable',
      'The picture could not be read for its text, because it is damaged or no picture: send it again.',
      { cause },
    );
  }
  throw new IntermodalError('stage.crashed', `tesseract ended with code ${result.exitCode}.`, { cause });
}

/** One thread: the workers share the cores, and tesseract's own threads cost more than they bring. */
const tesseract = (args: readonly string[], signal: AbortSignal) =>
  runProgram('env', ['OMP_THREAD_LIMIT=1', 'tesseract', ...args], { signal });

async function installed(language: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await tesseract(['--list-langs'], signal);
  const there = stdout
    .split('\n')
    .map((line) => line.trim())
    // `osd` is no language: it finds the script and which side is up.
    .filter((line) => /^[a-z]{3}(_\w+)?$/.test(line) && line !== 'osd');
  const code = codeFor(language, there);
  if (code !== undefined) return code;
  throw new IntermodalError(
    'language.unsupported',
    `Text in '${language}' cannot be read here; what can be read is ${there.flatMap(codesOf).sort().join(', ')}. ` +
      'More come with packages such as tesseract-ocr-deu.',
  );
}
