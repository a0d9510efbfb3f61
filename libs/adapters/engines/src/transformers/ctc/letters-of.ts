import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Letters } from './read-letters.ts';

interface TokenizerFile {
  readonly model?: { readonly vocab?: Readonly<Record<string, number>> };
  readonly decoder?: { readonly word_delimiter_token?: string; readonly pad_token?: string } | null;
  readonly added_tokens?: readonly {
    readonly id: number;
    readonly content: string;
    readonly special: boolean;
  }[];
}

/**
 * What the tokens of such a model write, by its tokenizer.json: the library's tokenizer gives whole texts only, without the frames of their words.
 * @throws Error that says what is missing
 */
export async function lettersOf(folder: string, padToken: number | undefined): Promise<Letters> {
  const {
    model,
    decoder,
    added_tokens: added = [],
  } = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')) as TokenizerFile;
  const vocabulary = model?.vocab;
  if (!vocabulary) throw new Error('its tokenizer.json has no vocabulary');
  const delimiter = vocabulary[decoder?.word_delimiter_token ?? '|'];
  const blank = padToken ?? vocabulary[decoder?.pad_token ?? '<pad>'];
  if (delimiter === undefined || blank === undefined)
    throw new Error('its tokenizer.json has no token that stands between words, or none for silence');
  const tokens: string[] = [];
  // Vocabularies without small letters are not meant to shout.
  const shouts = !Object.keys(vocabulary).some(
    (token) => token.length === 1 && token !== token.toUpperCase(),
  );
  for (const [token, id] of Object.entries(vocabulary)) tokens[id] = shouts ? token.toLowerCase() : token;
  for (const { id, special } of added) if (special) tokens[id] = '';
  return { tokens: Array.from(tokens, (token) => token ?? ''), blank, delimiter };
}
