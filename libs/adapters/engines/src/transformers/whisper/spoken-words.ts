import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { decoded } from '../decoded.ts';

/** A word as some tokens of a text write it. */
export interface SpokenWord {
  readonly text: string;
  /** Of its tokens: the first, and the one behind the last. */
  readonly from: number;
  readonly to: number;
}

/** Where words are not set apart by spaces: each syllable stands for one. */
const WITHOUT_SPACES = ['zh', 'yue', 'ja', 'th', 'lo', 'my'];

/** As it was written: spaces tell where words begin. */
export const spelt = (tokenizer: PreTrainedTokenizer, tokens: readonly number[]): string =>
  decoded(tokenizer, tokens, { clean_up_tokenization_spaces: false });

/** A word begins at a space; a character may take several tokens. */
export function spokenWords(
  tokenizer: PreTrainedTokenizer,
  tokens: readonly number[],
  language: string | null,
): SpokenWord[] {
  const words: { text: string; from: number; to: number }[] = [];
  let begun = 0;
  tokens.forEach((_, at) => {
    const piece = spelt(tokenizer, tokens.slice(begun, at + 1));
    if (piece.endsWith('\uFFFD') && at + 1 < tokens.length) return;
    const begins = /^\s/.test(piece) || WITHOUT_SPACES.includes(language ?? '');
    const last = words.at(-1);
    if (begins || !last) words.push({ text: piece.trim(), from: begun, to: at + 1 });
    else Object.assign(last, { text: last.text + piece.trim(), to: at + 1 });
    begun = at + 1;
  });
  return words.filter(({ text }) => text !== '');
}
