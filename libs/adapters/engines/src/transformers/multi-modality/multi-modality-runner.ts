import {
  LogitsProcessorList,
  MultiModalityCausalLM,
  random,
  type PreTrainedTokenizer,
  type Processor,
  type RawImage,
  type Tensor,
} from '@huggingface/transformers';
import type { Pixels } from '@intermodal/models';
import { RunnerFault, type LoadOptions, type Runner, type RunnerCall } from '../../hosts/runner.ts';
import { runFault } from '../../onnx/onnx-faults.ts';
import { OpenedFolder } from '../open-folder.ts';
import { withoutSigns } from '../own-signs.ts';
import { rawImages } from '../pictures.ts';
import type { AnswerAboutPicture, AnsweredAboutPicture } from '../vision-language/vision-language.ts';
import { writeAnswer } from '../vision-language/write-answer.ts';
import { WatchedSteps } from '../watched-steps.ts';
import type { MakePicture, MultiModalityRequest } from './multi-modality.ts';

/** Janus's processor: a conversation, in the words of one of its templates. */
type ChatProcessor = Processor & {
  readonly num_image_tokens: number;
  /** Where a picture stands in what is said. */
  readonly image_tag: string;
  (
    conversation: object[],
    options?: { chat_template?: string; images?: RawImage[] },
  ): Promise<{ input_ids: Tensor }>;
};

/** Makes one picture, or answers one question about one, at a time. Interrupted between two pieces or tokens. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [processor, tokenizer, opened] = await Promise.all([
    ...([folder.processor(), folder.tokenizer(), folder.model(MultiModalityCausalLM)] as const),
  ]);
  const chat = processor as ChatProcessor;
  const model = opened as MultiModalityCausalLM;
  const { language_config } = model.config as { language_config?: { max_position_embeddings?: number } };
  const contextTokens = language_config?.max_position_embeddings ?? Infinity;
  checkTemplates(tokenizer);
  const signs = [...(tokenizer.all_special_tokens as readonly string[]), chat.image_tag];
  // Its template writes down who speaks as it is told, and names who answers itself: Janus has plain words for both, Janus-Pro has signs.
  const role = JSON.stringify(tokenizer.chat_template).includes('<|Assistant|>') ? '<|User|>' : 'User';
  const said = (content: string): object[] => [{ role, content }];

  async function answer(asked: AnswerAboutPicture, call: RunnerCall): Promise<AnsweredAboutPicture> {
    const question = `${chat.image_tag}\n${withoutSigns(asked.question, signs)}`;
    const inputs = await chat(said(question), { images: rawImages([asked.picture]) });
    // The settings beside its networks are for making pictures: by them it would read a second text beside this one.
    const more = { guidance_scale: 1 };
    return writeAnswer(model, inputs, { asked, call, contextTokens, tokenizer, more });
  }

  async function make({ description, seed }: MakePicture, call: RunnerCall): Promise<Pixels> {
    const inputs = await chat(said(withoutSigns(description, signs)), { chat_template: 'text_to_image' });
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
  return {
    handle(request, call) {
      const asked = request as MultiModalityRequest;
      return asked.kind === 'make' ? make(asked, call) : answer(asked, call);
    },
  };
}

/** The library would take the name of one that is missing for a template. */
function checkTemplates({ chat_template }: PreTrainedTokenizer): void {
  const templates: unknown = chat_template;
  const named = typeof templates === 'object' && templates !== null ? Object.keys(templates) : [];
  const missing = ['default', 'text_to_image'].find((name) => !named.includes(name));
  if (missing !== undefined)
    throw new RunnerFault(
      'model.invalid',
      `cannot be asked: chat_template in its tokenizer_config.json has none of the name ${missing}.`,
    );
}
