import type { PreTrainedTokenizer } from '@huggingface/transformers';

/** What some tokens say, without those that are never part of a text, unless it is said otherwise; the library fails where there are none. */
export const decoded = (
  tokenizer: PreTrainedTokenizer,
  tokens: readonly number[],
  more: {
    readonly clean_up_tokenization_spaces?: boolean;
    readonly skip_special_tokens?: boolean;
  } = {},
): string =>
  tokens.length === 0 ? '' : tokenizer.decode([...tokens], { skip_special_tokens: true, ...more });
