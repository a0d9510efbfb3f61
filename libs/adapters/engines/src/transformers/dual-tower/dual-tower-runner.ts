import {
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  SiglipTextModel,
  SiglipVisionModel,
} from '@huggingface/transformers';
import type { Pixels } from '@intermodal/models';
import type { LoadOptions, Runner, RunnerCall } from '../../hosts/runner.ts';
import { OpenedFolder } from '../open-folder.ts';
import { rawImages } from '../pictures.ts';
import { rowsOf } from '../rows-of.ts';
import { floatsOf, runModel } from '../run-model.ts';
import type { EmbeddedTexts } from '../text-encoder/text-encoder.ts';
import { contextTokensOf, tokenBatches } from '../token-batches.ts';
import type { DualTowerRequest, PictureVectors } from './dual-tower.ts';

const TOWERS = {
  clip: {
    ...{ texts: CLIPTextModelWithProjection, pictures: CLIPVisionModelWithProjection },
    ...{ ofTexts: 'text_embeds', ofPictures: 'image_embeds' },
  },
  siglip: {
    ...{ texts: SiglipTextModel, pictures: SiglipVisionModel },
    ...{ ofTexts: 'pooler_output', ofPictures: 'pooler_output' },
  },
};

/** Puts pictures and texts into one space, many in one call. Interrupted between two calls. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const { model_type } = await folder.config();
  const towers = TOWERS[model_type as keyof typeof TOWERS];
  const [tokenizer, processor, texts, pictures] = await Promise.all([
    ...([folder.tokenizer(), folder.processor()] as const),
    ...([folder.model(towers.texts), folder.model(towers.pictures)] as const),
  ]);
  const told = (texts.config as { text_config?: { max_position_embeddings?: number } }).text_config;
  const contextTokens = Math.min(
    contextTokensOf(tokenizer, texts.config),
    told?.max_position_embeddings ?? Infinity,
  );
  // It was trained on texts that were all filled up to its context, and reads shorter ones wrongly.
  const length = model_type === 'siglip' ? contextTokens : undefined;

  async function embedTexts(all: readonly string[], { signal, alive }: RunnerCall): Promise<EmbeddedTexts> {
    const { batches, counts } = tokenBatches(tokenizer, all, { contextTokens, length });
    const vectors: (readonly number[])[] = [];
    for (const { places, inputs } of batches) {
      signal.throwIfAborted();
      const rows = rowsOf(floatsOf(await runModel(texts, inputs), towers.ofTexts));
      places.forEach((at, row) => (vectors[at] = rows[row]!));
      alive();
    }
    return { vectors, tokens: counts };
  }

  async function embedPictures(all: readonly Pixels[]): Promise<PictureVectors> {
    const inputs = (await processor(rawImages(all))) as object;
    return rowsOf(floatsOf(await runModel(pictures, inputs), towers.ofPictures));
  }

  return {
    handle(request, call) {
      const asked = request as DualTowerRequest;
      return asked.kind === 'embed' ? embedTexts(asked.texts, call) : embedPictures(asked.pictures);
    },
  };
}
