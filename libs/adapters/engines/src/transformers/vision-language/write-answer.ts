import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@huggingface/transformers';
import { RunnerFault, type RunnerCall } from '../../hosts/runner.ts';
import { decoded } from '../decoded.ts';
import { generate } from '../generate.ts';
import type { AnswerAboutPicture, AnsweredAboutPicture } from './vision-language.ts';

export interface WriteAnswerOptions {
  readonly asked: Pick<AnswerAboutPicture, 'maxTokens' | 'told'>;
  readonly call: RunnerCall;
  /** Of the picture, the question and the answer together, at most. */
  readonly contextTokens: number;
  readonly tokenizer: PreTrainedTokenizer;
  /** Further settings of the library. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/**
 * Has a model answer a question and a picture that its processor has made one text of. Interrupted between two tokens.
 * @throws RunnerFault `input.too_large` for what is beyond the context
 */
export async function writeAnswer(
  model: PreTrainedModel,
  inputs: { readonly input_ids: Tensor },
  { asked: { maxTokens, told }, call, contextTokens, tokenizer, more = {} }: WriteAnswerOptions,
): Promise<AnsweredAboutPicture> {
  const given = inputs.input_ids.dims.at(-1)!;
  if (given >= contextTokens)
    throw new RunnerFault(
      'input.too_large',
      `reads ${contextTokens} tokens at most, and the picture and the question have ${given}: ask a shorter question.`,
    );
  const onText = told ? call.partial : undefined;
  const room = Math.min(maxTokens, contextTokens - given);
  const [written] = await generate(model, inputs, { call, maxTokens: room, tokenizer, onText, more });
  const { tokens, isCut } = written!;
  return { text: decoded(tokenizer, tokens).trim(), isCut };
}
