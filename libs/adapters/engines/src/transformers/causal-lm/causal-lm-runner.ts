import { AutoModelForCausalLM } from '@huggingface/transformers';
import type { ChatReply } from '@intermodal/models';
import { RunnerFault, type LoadOptions, type Runner, type RunnerCall } from '../../hosts/runner.ts';
import { checkChatTemplate } from '../chat-template.ts';
import { decoded } from '../decoded.ts';
import { generate } from '../generate.ts';
import { OpenedFolder } from '../open-folder.ts';
import { contextTokensOf, tokenBatches } from '../token-batches.ts';
import type { ChatOn } from './causal-lm.ts';

/** Goes on with one conversation at a time. Interrupted between two tokens. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [tokenizer, model] = await Promise.all([folder.tokenizer(), folder.model(AutoModelForCausalLM)]);
  const contextTokens = contextTokensOf(tokenizer, model.config);
  checkChatTemplate(tokenizer);

  async function chat(request: ChatOn, call: RunnerCall): Promise<ChatReply> {
    const { messages, maxTokens, told } = request;
    const prompt = tokenizer.apply_chat_template([...messages], {
      ...{ tokenize: false, add_generation_prompt: true },
    }) as string;
    // The template has written all signs that belong around it.
    const given = tokenBatches(tokenizer, [prompt], { contextTokens: Infinity, bare: true });
    const [count] = given.counts as [number];
    if (count >= contextTokens)
      throw new RunnerFault(
        'input.too_large',
        `reads ${contextTokens} tokens at most, and the conversation has ${count}: say less.`,
      );
    const onText = told ? call.partial : undefined;
    const room = Math.min(maxTokens, contextTokens - count);
    const [written] = await generate(model, given.batches[0]!.inputs, {
      call,
      maxTokens: room,
      tokenizer,
      onText,
    });
    const { tokens, isCut } = written!;
    return {
      text: decoded(tokenizer, tokens),
      finishReason: isCut ? 'length' : 'stop',
      promptTokens: count,
      completionTokens: tokens.length,
    };
  }
  return { handle: (request, call) => chat(request as ChatOn, call) };
}
