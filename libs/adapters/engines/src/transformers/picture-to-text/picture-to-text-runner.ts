import { AutoModelForVision2Seq, type Tensor } from '@huggingface/transformers';
import type { LoadOptions, Runner, RunnerCall } from '../../hosts/runner.ts';
import { decoded } from '../decoded.ts';
import { generate } from '../generate.ts';
import { OpenedFolder } from '../open-folder.ts';
import { rawImages } from '../pictures.ts';
import { tokensOf } from '../token-batches.ts';
import type { WriteOfPictures, WrittenOfPictures } from './picture-to-text.ts';

/** Writes of each picture, many pictures in one call. Interrupted between two tokens. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [tokenizer, processor, model] = await Promise.all([
    ...([folder.tokenizer(), folder.processor(), folder.model(AutoModelForVision2Seq)] as const),
  ]);

  async function write(request: WriteOfPictures, call: RunnerCall): Promise<WrittenOfPictures> {
    const { pictures, maxTokens, prompt } = request;
    const { pixel_values } = (await processor(rawImages(pictures))) as { pixel_values: Tensor };
    const begin = prompt === undefined ? undefined : tokensOf(tokenizer, prompt, { bare: true });
    const inputs = { pixel_values, ...(begin && { decoder_input_ids: pictures.map(() => begin) }) };
    const written = await generate(model, inputs, { call, maxTokens, tokenizer });
    const answers = written.map(({ tokens, isCut }) => ({
      text: decoded(tokenizer, tokens, { skip_special_tokens: prompt === undefined }).trim(),
      isCut,
    }));
    return { answers };
  }
  return { handle: (request, call) => write(request as WriteOfPictures, call) };
}
