import {
  LogitsProcessor,
  LogitsProcessorList,
  TextStreamer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Tensor,
} from '@huggingface/transformers';
import { RunnerFault, type RunnerCall } from '../hosts/runner.ts';
import { runFault } from '../onnx/onnx-faults.ts';
import { readPrompt } from './read-prompt.ts';

export interface GenerateOptions {
  readonly call: RunnerCall;
  /** Tokens of each answer, at most. */
  readonly maxTokens: number;
  /** Told each piece of the answer, where there is one only. */
  readonly onText?: ((text: string) => void) | undefined;
  readonly tokenizer: PreTrainedTokenizer;
  /** Further settings of the library, e.g. `forced_bos_token_id`. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** What changes the scores of a step, before it is seen to that a row that has ended ends again. */
  readonly rules?: LogitsProcessor;
  /** Given what the model attended to: a list for each step, of all layers, [rows, heads, given, heard]. */
  readonly onAttention?: ((steps: readonly (readonly Tensor[])[]) => void) | undefined;
}

export interface Written {
  /** Without what was given, and without the token that ends it. */
  readonly tokens: readonly number[];
  /** It was cut off at `maxTokens`, or where the model can read no more. */
  readonly isCut: boolean;
}

/**
 * Has a model write on, each row of its inputs by itself: always the likeliest token. Interrupted between two tokens, and
 * between two pieces of a long text.
 * @throws RunnerFault
 */
export async function generate(
  model: PreTrainedModel,
  inputs: object,
  { call, maxTokens, onText, tokenizer, more = {}, rules, onAttention }: GenerateOptions,
): Promise<readonly Written[]> {
  const ends = endsOf(model, tokenizer);
  const steps = new Steps(call, ends);
  const processors = new LogitsProcessorList();
  if (rules) processors.push(rules);
  processors.push(steps);
  const streamer = onText && new TextStreamer(tokenizer, { skip_prompt: true, callback_function: onText });
  const settings = {
    // What the model's own settings say of these, the library does in part only, or of its own length of 20 tokens, silently.
    ...{ max_new_tokens: maxTokens, do_sample: false, num_beams: 1, num_return_sequences: 1 },
    ...{ forced_eos_token_id: null, ...more },
  };
  try {
    const written = (await model.generate({
      ...(await readPrompt(model, inputs, settings, call)),
      ...settings,
      logits_processor: processors,
      ...(streamer && { streamer }),
      ...(onAttention && { output_attentions: true, return_dict_in_generate: true }),
    } as never)) as Tensor | { sequences: Tensor; cross_attentions: Tensor[][] };
    const sequences = 'sequences' in written ? written.sequences : written;
    if ('sequences' in written) onAttention?.(written.cross_attentions);
    return (sequences.tolist() as bigint[][]).map((row) =>
      writtenOf(row.slice(steps.given).map(Number), ends),
    );
  } catch (error) {
    call.signal.throwIfAborted();
    throw error instanceof RunnerFault ? error : runFault(error);
  }
}

/**
 * Looks on at every step. The library goes on sampling in rows that have ended, and stops only when all rows end in the same step: so a row
 * that has ended is made to end again.
 */
class Steps extends LogitsProcessor {
  /** Tokens that were there before the first step, in each row. */
  given = 0;
  readonly #call: RunnerCall;
  readonly #ends: ReadonlySet<number>;
  #begun = false;

  constructor(call: RunnerCall, ends: ReadonlySet<number>) {
    super();
    this.#call = call;
    this.#ends = ends;
  }

  override _call(rows: bigint[][], logits: Tensor): Tensor {
    this.#call.signal.throwIfAborted();
    this.#call.alive();
    if (!this.#begun) this.given = rows[0]!.length;
    this.#begun = true;
    const data = logits.data as Float32Array;
    const width = logits.dims.at(-1)!;
    const [end] = this.#ends;
    rows.forEach((row, at) => {
      const scores = data.subarray(at * width, (at + 1) * width);
      if (scores.some(Number.isNaN))
        throw new RunnerFault('model.output_invalid', 'gave values in logits that are no numbers (NaN).');
      // A row may begin with the token that ends it.
      if (end === undefined || row.length === this.given || !this.#ends.has(Number(row.at(-1)))) return;
      scores.fill(-Infinity);
      scores[end] = 0;
    });
    return logits;
  }
}

function endsOf(model: PreTrainedModel, tokenizer: PreTrainedTokenizer): ReadonlySet<number> {
  const told = (model.generation_config as { eos_token_id?: number | number[] | null } | null)?.eos_token_id;
  const config = model.config as { eos_token_id?: number | number[] | null };
  const ends = told ?? config.eos_token_id ?? tokenizer.eos_token_id ?? [];
  return new Set([ends].flat());
}

function writtenOf(tokens: readonly number[], ends: ReadonlySet<number>): Written {
  const end = tokens.findIndex((token) => ends.has(token));
  return end < 0 ? { tokens, isCut: true } : { tokens: tokens.slice(0, end), isCut: false };
}
