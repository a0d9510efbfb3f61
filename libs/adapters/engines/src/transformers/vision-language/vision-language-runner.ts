import { AutoModelForImageTextToText, type Tensor } from '@huggingface/transformers';
import { RunnerFault, type LoadOptions, type Runner, type RunnerCall } from '../../hosts/runner.ts';
import { decoded } from '../decoded.ts';
import { generate } from '../generate.ts';
import { OpenedFolder } from '../open-folder.ts';
import { rawImages } from '../pictures.ts';
import type { AnswerAboutPicture, AnsweredAboutPicture } from './vision-language.ts';

/** Answers one question about one picture at a time. Interrupted between two tokens. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [tokenizer, processor, model] = await Promise.all([
    ...([folder.tokenizer(), folder.processor(), folder.model(AutoModelForImageTextToText)] as const),
  ]);
  const { text_config } = model.config as { text_config?: { max_position_embeddings?: number } };
  const contextTokens = text_config?.max_position_embeddings ?? Infinity;
  // In a question these would be heard as what they are: as a second picture, or as its end.
  const own = tokenizer.all_special_tokens as readonly string[];
  const asText = (question: string): string =>
    own.reduce((text, token) => (token === '' ? text : text.replaceAll(token, ' ')), question);

  async function answer(request: AnswerAboutPicture, call: RunnerCall): Promise<AnsweredAboutPicture> {
    const { picture, question, maxTokens, told } = request;
    const content = [{ type: 'image' }, { type: 'text', text: asText(question) }];
    const prompt = processor.apply_chat_template([{ role: 'user', content }] as never, {
      add_generation_prompt: true,
    });
    const inputs = (await processor(prompt, rawImages([picture]))) as { input_ids: Tensor };
    const given = inputs.input_ids.dims.at(-1)!;
    if (given >= contextTokens)
      throw new RunnerFault(
        'input.too_large',
        `reads ${contextTokens} tokens at most, and the picture and the question have ${given}: ask a shorter question.`,
      );
    const onText = told ? call.partial : undefined;
    const room = Math.min(maxTokens, contextTokens - given);
    const [written] = await generate(model, inputs, { call, maxTokens: room, tokenizer, onText });
    const text = decoded(tokenizer, written!.tokens);
    return { text: text.trim(), isCut: written!.isCut };
  }
  return { handle: (request, call) => answer(request as AnswerAboutPicture, call) };
}
