import { Tensor, type PretrainedConfig, type PreTrainedTokenizer } from '@huggingface/transformers';
import { RunnerFault } from '../hosts/runner.ts';

/** Texts of one call of the network. */
export interface TokenBatch {
  /** Which of the texts these are. */
  readonly places: readonly number[];
  readonly inputs: { readonly input_ids: Tensor; readonly attention_mask: Tensor };
}

export interface Tokens {
  readonly batches: readonly TokenBatch[];
  /** Of each text. */
  readonly counts: readonly number[];
}

export interface TokenBatchOptions {
  /** Of each text, at most. */
  readonly contextTokens: number;
  /** To which all are filled up; to the longest of a batch when left out. */
  readonly length?: number | undefined;
  /** Without the tokens that the tokenizer puts around a text. */
  readonly bare?: boolean;
}

/** What one call reads at most, filled up to the longest of its texts. */
const BATCH_TOKENS = 8_192;

/**
 * Texts as tokens, those of like length together: what is filled up is computed too.
 * @throws RunnerFault `input.too_large` for one beyond the context
 */
export function tokenBatches(
  tokenizer: PreTrainedTokenizer,
  texts: readonly string[],
  { contextTokens, length, bare }: TokenBatchOptions,
): Tokens {
  const all = texts.map((text) => tokensOf(tokenizer, text, { bare }));
  all.forEach((ids, at) => {
    if (ids.length > contextTokens)
      throw new RunnerFault(
        'input.too_large',
        `reads ${contextTokens} tokens at most, and the text ${at + 1} of ${texts.length} has ${ids.length}: give it shorter texts.`,
      );
  });
  const order = all.map((_, at) => at).sort((a, b) => all[b]!.length - all[a]!.length);
  const batches: TokenBatch[] = [];
  while (order.length > 0) {
    const longest = length ?? Math.max(1, all[order[0]!]!.length);
    const places = order.splice(0, Math.max(1, Math.floor(BATCH_TOKENS / longest)));
    batches.push({
      places,
      inputs: padded(
        places.map((at) => all[at]!),
        longest,
        tokenizer.pad_token_id ?? 0,
      ),
    });
  }
  return { batches, counts: all.map(({ length: tokens }) => tokens) };
}

export function tokensOf(
  tokenizer: PreTrainedTokenizer,
  text: string,
  { bare = false }: Pick<TokenBatchOptions, 'bare'> = {},
): readonly number[] {
  const options = { padding: false, truncation: false, return_tensor: false, add_special_tokens: !bare };
  return (tokenizer(text, options) as { input_ids: number[] }).input_ids;
}

/** How many tokens a model reads, as its tokenizer and its config say. */
export function contextTokensOf(tokenizer: PreTrainedTokenizer, config: PretrainedConfig): number {
  const { max_position_embeddings: positions, model_type } = config as {
    max_position_embeddings?: number;
    model_type: string;
  };
  // Positions of these begin behind that of what is filled up.
  const begin = /roberta|mpnet|camembert/.test(model_type) ? 2 : 0;
  const told = [
    tokenizer.model_max_length as unknown,
    positions === undefined ? undefined : positions - begin,
  ];
  return Math.min(
    ...told.filter((count): count is number => typeof count === 'number' && count > 0),
    LONGEST,
  );
}

/** Where neither says. */
const LONGEST = 131_072;

function padded(all: readonly (readonly number[])[], length: number, filling: number): TokenBatch['inputs'] {
  const ids = new BigInt64Array(all.length * length).fill(BigInt(filling));
  const mask = new BigInt64Array(all.length * length);
  all.forEach((tokens, row) =>
    tokens.forEach((id, at) => {
      ids[row * length + at] = BigInt(id);
      mask[row * length + at] = 1n;
    }),
  );
  const dims = [all.length, length];
  return { input_ids: new Tensor('int64', ids, dims), attention_mask: new Tensor('int64', mask, dims) };
}
