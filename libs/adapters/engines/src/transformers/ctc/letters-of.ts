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

/** How SentencePiece writes a space. */
const SPACE = '▁';

/**
 * What the tokens of such a model write, by its tokenizer.json: the library's tokenizer gives whole texts only, without the frames of their words.
 * Words are set apart by a token of their own, or begin in their first piece.
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
  const inPieces = Object.keys(vocabulary).some((token) => token.startsWith(SPACE));
  const delimiter = vocabulary[decoder?.word_delimiter_token ?? '|'];
  const pad = decoder?.pad_token ?? '<pad>';
  const blank = padToken ?? vocabulary[pad] ?? added.find(({ content }) => content === pad)?.id;
  if ((delimiter === undefined && !inPieces) || blank === undefined)
    throw new Error('its tokenizer.json has no token that stands between words, or none for silence');
  const tokens: string[] = [];
  // Vocabularies without small letters are not meant to shout.
  const shouts = !Object.keys(vocabulary).some(
    (token) => token.length === 1 && token !== token.toUpperCase(),
  );
  for (const [token, id] of Object.entries(vocabulary)) {
    const written = shouts ? token.toLowerCase() : token;
    tokens[id] = inPieces ? written.replaceAll(SPACE, ' ') : written;
  }
  for (const { id, special } of added) if (special) tokens[id] = '';
  if (delimiter !== undefined && !inPieces) tokens[delimiter] = ' ';
  return { tokens: Array.from(tokens, (token) => token ?? ''), blank };
}
