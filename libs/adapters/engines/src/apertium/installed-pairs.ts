import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { allOrNone } from '../programs/all-or-none.ts';

/** One direction that is installed. */
export interface Pair {
  /** ISO 639-1 where there is one. */
  readonly from: string;
  readonly to: string;
  readonly mode: string;
  readonly file: string;
}

const MODES_FOLDER = '/usr/share/apertium/modes';

/** Apertium names languages by ISO 639-3, and older pairs by 639-1. */
const TWO_LETTERS: Readonly<Record<string, string>> = {
  afr: 'af', arg: 'an', ast: 'ast', bel: 'be', bre: 'br', cat: 'ca', cym: 'cy', dan: 'da', deu: 'de', eng: 'en',
  epo: 'eo', eus: 'eu', fra: 'fr', glg: 'gl', hbs: 'sh', hin: 'hi', ind: 'id', isl: 'is', ita: 'it', kaz: 'kk',
  mkd: 'mk', mlt: 'mt', msa: 'ms', nld: 'nl', nno: 'nn', nob: 'nb', oci: 'oc', pol: 'pl', por: 'pt', ron: 'ro',
  rus: 'ru', slv: 'sl', sme: 'se', spa: 'es', srd: 'sc', swe: 'sv', tat: 'tt', ukr: 'uk', urd: 'ur',
}; // prettier-ignore

/** Every direction between two plain languages that is installed. Variants such as `spa-eng_US` are left out. */
export async function installedPairs(folder: string = MODES_FOLDER): Promise<Pair[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.sort().flatMap((name) => {
    const [, from, to] = /^([a-z]{2,3})-([a-z]{2,3})\.mode$/.exec(name) ?? [];
    if (!from || !to) return [];
    const short = (code: string) => TWO_LETTERS[code] ?? code;
    return [{ from: short(from), to: short(to), mode: `${from}-${to}`, file: join(folder, name) }];
  });
}

/**
 * The pipeline of a mode as a line for the shell, each program flushing at every null (`-z`), without marks on words that it
 * does not know (`$1` is `-n`).
 */
export async function nullFlushScript(pair: Pair): Promise<string> {
  return toNullFlush(await readFile(pair.file, 'utf8'));
}

export const toNullFlush = (mode: string): string =>
  allOrNone(
    mode
      .trim()
      .split('|')
      .map((program) => {
        const [head, ...rest] = program.trim().split(' ');
        const args = rest.join(' ').replaceAll('$1', '-n').replaceAll('$2', '');
        return `${head} -z ${args}`;
      }),
  );
