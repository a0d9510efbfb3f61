import { AutoModelForImageTextToText, type Processor, type Tensor } from '@huggingface/transformers';
import type { Pixels } from '@intermodal/models';
import { RunnerFault, type LoadOptions, type Runner, type RunnerCall } from '../../hosts/runner.ts';
import { decoded } from '../decoded.ts';
import { generate, type GenerateOptions, type Written } from '../generate.ts';
import { OpenedFolder } from '../open-folder.ts';
import { rawImages } from '../pictures.ts';
import { contextTokensOf, tokenBatches } from '../token-batches.ts';
import { readThings } from './read-things.ts';
import { SureTokens } from './sure-tokens.ts';
import type { NamedThing, TaskWordsRequest, WrittenAnswers } from './task-words.ts';

/** A thing is some seven tokens. */
const MOST_TOKENS_OF_THINGS = 1_024;

/** Florence-2's processor: its config says how each task is put into words. */
interface TaskProcessor extends Processor {
  construct_prompts(task: string): string[];
  readonly image_processor: Processor['image_processor'] & {
    readonly config: { readonly image_seq_length?: number };
  };
}

/** Answers about pictures by task words; many pictures in one call where all are asked the same. Interrupted between two tokens. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [tokenizer, anyProcessor, model] = await Promise.all([
    ...([folder.tokenizer(), folder.processor(), folder.model(AutoModelForImageTextToText)] as const),
  ]);
  const processor = anyProcessor as TaskProcessor;
  const { text_config } = model.config as { text_config?: { max_position_embeddings?: number } };
  // What it sees of a picture stands before what it reads.
  const contextTokens =
    Math.min(
      contextTokensOf(tokenizer, model.config),
      text_config?.max_position_embeddings ?? Number.POSITIVE_INFINITY,
    ) - (processor.image_processor.config.image_seq_length ?? 0);
  // The first token that it writes may be one that only begins a text.
  const { forced_bos_token_id: begin } = (model.generation_config ?? {}) as {
    forced_bos_token_id?: number | null;
  };
  const begins = typeof begin === 'number' ? 1 : 0;
  const textOf = (tokens: readonly number[]): string => decoded(tokenizer, tokens).trim();

  async function write(
    pictures: readonly Pixels[],
    prompt: string,
    more: Omit<GenerateOptions, 'tokenizer'>,
  ): Promise<readonly Written[]> {
    const { batches } = tokenBatches(
      tokenizer,
      pictures.map(() => prompt),
      { contextTokens },
    );
    if (batches.length !== 1)
      throw new RunnerFault('input.too_large', `cannot look at ${pictures.length} pictures in one call.`);
    const { pixel_values } = (await processor.image_processor!(rawImages(pictures))) as {
      pixel_values: Tensor;
    };
    const maxTokens = more.maxTokens + begins;
    return generate(model, { ...batches[0]!.inputs, pixel_values }, { ...more, maxTokens, tokenizer });
  }

  const answersOf = (written: readonly Written[]): WrittenAnswers =>
    written.map(({ tokens, isCut }) => ({ text: textOf(tokens), isCut }));

  async function nameThings(picture: Pixels, call: RunnerCall): Promise<readonly NamedThing[]> {
    const rules = new SureTokens();
    const [written] = await write([picture], promptOf('<OD>'), {
      ...{ call, maxTokens: MOST_TOKENS_OF_THINGS, rules },
    });
    const { bos_token_id, pad_token_id } = tokenizer;
    return readThings(
      written!.tokens
        .map((id, at) => ({ id, share: rules.shares[at]! }))
        .filter(({ id }) => id !== bos_token_id && id !== pad_token_id),
      { signOf: (id) => tokenizer.decode([id], { skip_special_tokens: false }), textOf },
    );
  }

  const promptOf = (task: string): string => processor.construct_prompts(task)[0]!;

  return {
    async handle(request, call) {
      const asked = request as TaskWordsRequest;
      if (asked.kind === 'name-things') return nameThings(asked.picture, call);
      const { maxTokens } = asked;
      if (asked.kind === 'describe')
        return answersOf(await write(asked.pictures, promptOf('<CAPTION>'), { call, maxTokens }));
      // In angle brackets a question could name another task.
      const question = asked.question.replace(/[<>]/g, ' ');
      const onText = asked.told ? (text: string) => call.partial(text) : undefined;
      return answersOf(await write([asked.picture], `<VQA>${question}`, { call, maxTokens, onText }));
    },
  };
}
