import { AutoModelForImageTextToText, type Processor, type Tensor } from '@huggingface/transformers';
import type { RunnerCall } from '../../hosts/runner.ts';
import { checkChatTemplate } from '../chat-template.ts';
import type { OpenedFolder } from '../open-folder.ts';
import { withoutSigns } from '../own-signs.ts';
import { rawImages } from '../pictures.ts';
import type { AnswerAboutPicture, AnsweredAboutPicture } from './vision-language.ts';
import { writeAnswer } from './write-answer.ts';

export interface OpenedAnswerer {
  readonly processor: Processor;
  /** One question about one picture at a time. Interrupted between two tokens. */
  answer(asked: AnswerAboutPicture, call: RunnerCall): Promise<AnsweredAboutPicture>;
}

/**
 * A model that reads a conversation in which a picture stands, as its template writes it.
 * @param signs what its processor takes for signs beside those of its tokenizer
 */
export async function openAnswerer(
  folder: OpenedFolder,
  signs: readonly string[] = [],
): Promise<OpenedAnswerer> {
  const [tokenizer, processor, model] = await Promise.all([
    ...([folder.tokenizer(), folder.processor(), folder.model(AutoModelForImageTextToText)] as const),
  ]);
  checkChatTemplate(tokenizer);
  // Of some it stands beside the settings of the other networks.
  const { text_config, max_position_embeddings } = model.config as Positions & { text_config?: Positions };
  const contextTokens = text_config?.max_position_embeddings ?? max_position_embeddings ?? Infinity;
  const own = [...(tokenizer.all_special_tokens as readonly string[]), ...signs];
  return {
    processor,
    async answer(asked, call) {
      const content = [{ type: 'image' }, { type: 'text', text: withoutSigns(asked.question, own) }];
      const prompt = processor.apply_chat_template([{ role: 'user', content }] as never, {
        add_generation_prompt: true,
      });
      const inputs = (await processor(prompt, rawImages([asked.picture]))) as { input_ids: Tensor };
      return writeAnswer(model, inputs, { asked, call, contextTokens, tokenizer });
    },
  };
}

interface Positions {
  readonly max_position_embeddings?: number;
}
