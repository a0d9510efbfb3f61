import { DynamicCache, type PreTrainedModel, type Tensor } from '@huggingface/transformers';
import { RunnerFault, type RunnerCall } from '../hosts/runner.ts';

/** Of each row, at a time: where a network gives scores for all of them, 155 MB at a vocabulary of 150,000. */
export const PIECE_TOKENS = 256;
/** Of what cannot be read in pieces. The 3,534 tokens that Qwen2-VL reads in it are a picture and some 10,000 letters. */
const MOST_SCORE_BYTES = 2 * 1024 ** 3;
const BYTES_PER_SCORE = 4;
/**
 * For each token that is read, how long there may be no sign of a model: a piece is one native run. Qwen2-VL-2B computes some 10 GFLOP for
 * each, which two cores do in a tenth of a second.
 */
const SILENCE_MS_PER_TOKEN = 100;
/** Of positions that depend on how long the whole text is: what was kept of its beginning would be of another text. */
const BY_LENGTH = /"(?:dynamic|longrope|su)"/;

/** What a processor or tokenizer made, with whatever else it made. */
export interface Prompt {
  readonly input_ids?: Tensor;
  readonly attention_mask?: Tensor;
  readonly past_key_values?: DynamicCache;
}

/**
 * Has a model read what it is to go on with but for its last piece, and says how long nothing will be heard while that is read. Interrupted
 * between two pieces. Pictures, and what follows from the length of a text, stay in one.
 * @param settings of `generate`
 * @returns what is to be given to `generate`, which reads the rest
 * @throws RunnerFault `input.too_large` where one piece is too much at once
 */
export async function readPrompt(
  model: PreTrainedModel,
  inputs: Prompt,
  settings: object,
  call: RunnerCall,
): Promise<Prompt> {
  const { input_ids, attention_mask } = inputs;
  if (!input_ids) return inputs;
  const [rows, tokens] = input_ids.dims as [number, number];
  const nextIs = (count: number): void => {
    call.signal.throwIfAborted();
    call.alive(rows * count * SILENCE_MS_PER_TOKEN);
  };
  if (!attention_mask || !readsInPieces(model)) {
    checkScores(model, rows, tokens);
    nextIs(tokens);
    return inputs;
  }
  const past_key_values = new DynamicCache();
  let read = 0;
  while (tokens - read > PIECE_TOKENS) {
    nextIs(PIECE_TOKENS);
    read += PIECE_TOKENS;
    const soFar = {
      input_ids: input_ids.slice(null, [0, read]),
      attention_mask: attention_mask.slice(null, [0, read]),
    };
    // The library reads what is not in the past yet, and puts it there; the token that it writes is of no interest.
    await model.generate({ ...inputs, ...soFar, ...settings, past_key_values, max_new_tokens: 1 } as never);
  }
  nextIs(tokens - read);
  return { ...inputs, past_key_values };
}

/** A network of words alone that keeps keys and values, and for which the same run is right whatever was kept before. */
function readsInPieces({ sessions, config }: PreTrainedModel): boolean {
  const [name, ...others] = Object.keys(sessions);
  if (name !== 'model' || others.length > 0) return false;
  const { inputNames } = sessions[name] as Network;
  const kept = inputNames.filter((input) => input.startsWith('past_'));
  const { rope_scaling, rope_parameters } = config as { rope_scaling?: unknown; rope_parameters?: unknown };
  return (
    // What looks at the last few tokens beside them (LFM2) is made for one at a time.
    kept.every((input) => input.startsWith('past_key_values.')) &&
    kept.length > 0 &&
    !inputNames.includes('use_cache_branch') &&
    !BY_LENGTH.test(JSON.stringify([rope_scaling, rope_parameters]))
  );
}

/** @throws RunnerFault `input.too_large` */
function checkScores({ sessions, config }: PreTrainedModel, rows: number, tokens: number): void {
  if ((config as { is_encoder_decoder?: boolean }).is_encoder_decoder) return;
  const networks = sessions as Record<string, Network | undefined>;
  const reads = networks.decoder_model_merged ?? networks.model;
  // Given by the library, which asks for the last one.
  if (reads?.inputNames.includes('num_logits_to_keep')) return;
  // Janus has a network of its own for them.
  const gives = (networks.lm_head ?? reads)?.outputMetadata.find((output) => output.name === 'logits');
  const [, given, vocabulary] = gives?.shape ?? [];
  if (typeof vocabulary !== 'number' || typeof given === 'number') return;
  const most = Math.floor(MOST_SCORE_BYTES / (rows * vocabulary * BYTES_PER_SCORE));
  if (tokens > most)
    throw new RunnerFault(
      'input.too_large',
      `gives ${vocabulary} scores for each token that it reads, so that ${most} tokens fit into 2 GiB, and it was given ${tokens}: say less, or choose an export with the input num_logits_to_keep.`,
    );
}

interface Network {
  readonly inputNames: readonly string[];
  /** A size that is known only when it runs is a word. */
  readonly outputMetadata: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[];
}
