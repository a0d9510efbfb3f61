import {
  LogitsProcessorList,
  MultiModalityCausalLM,
  random,
  type Processor,
  type RawImage,
  type Tensor,
} from '@huggingface/transformers';
import type { Pixels } from '@intermodal/models';
import { RunnerFault, type LoadOptions, type Runner, type RunnerCall } from '../../hosts/runner.ts';
import { runFault } from '../../onnx/onnx-faults.ts';
import { OpenedFolder } from '../open-folder.ts';
import { WatchedSteps } from '../watched-steps.ts';
import type { MakePicture } from './multi-modality.ts';

/** Janus's processor: a conversation, in the words of one of its templates. */
type ChatProcessor = Processor & {
  readonly num_image_tokens: number;
  (conversation: object[], options: { chat_template: string }): Promise<{ input_ids: Tensor }>;
};

/** Makes one picture at a time. Interrupted between two pieces of it. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [processor, tokenizer, opened] = await Promise.all([
    ...([folder.processor(), folder.tokenizer(), folder.model(MultiModalityCausalLM)] as const),
  ]);
  const chat = processor as ChatProcessor;
  const model = opened as MultiModalityCausalLM;
  const { language_config } = model.config as { language_config?: { max_position_embeddings?: number } };
  const contextTokens = language_config?.max_position_embeddings ?? Infinity;
  // In a description these would be heard as what they are: as a picture, or as its end.
  const own = tokenizer.all_special_tokens as readonly string[];
  const asText = (description: string): string =>
    own.reduce((text, token) => (token === '' ? text : text.replaceAll(token, ' ')), description);

  async function make({ description, seed }: MakePicture, call: RunnerCall): Promise<Pixels> {
    const conversation = [{ role: '<|User|>', content: asText(description) }];
    const inputs = await chat(conversation, { chat_template: 'text_to_image' });
    const pieces = chat.num_image_tokens;
    const given = inputs.input_ids.dims.at(-1)!;
    if (given + pieces > contextTokens)
      throw new RunnerFault(
        'input.too_large',
        `has room for ${contextTokens} tokens, ${pieces} of them for the picture, and the description has ${given}: give it a shorter one.`,
      );
    const watch = new LogitsProcessorList();
    watch.push(new WatchedSteps(call));
    // What the likeliest pieces make is flat: they are drawn by their likelihood, the same each time.
    random.seed(seed);
    try {
      const [picture] = (await model.generate_images({
        ...inputs,
        ...{ min_new_tokens: pieces, max_new_tokens: pieces, do_sample: true, num_beams: 1 },
        logits_processor: watch,
      } as never)) as RawImage[];
      const { data, width, height } = picture!.rgb();
      return { width, height, rgb: new Uint8Array(data) };
    } catch (error) {
      call.signal.throwIfAborted();
      throw error instanceof RunnerFault ? error : runFault(error);
    }
  }
  return { handle: (request, call) => make(request as MakePicture, call) };
}
