import {
  AutoModelForZeroShotObjectDetection,
  Tensor,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Processor,
} from '@huggingface/transformers';
import { RunnerFault, type LoadOptions, type Runner } from '../../hosts/runner.ts';
import type { Detected } from '../detector/detector.ts';
import { readQueries } from '../detector/read-queries.ts';
import { OpenedFolder } from '../open-folder.ts';
import { rawImages } from '../pictures.ts';
import { floatsOf, runModel } from '../run-model.ts';
import { contextTokensOf, tokenBatches, tokensOf } from '../token-batches.ts';
import { bestOfLabels, groundingPrompt } from './grounding-prompt.ts';
import type { Find } from './open-detector.ts';
import { squared } from './squared.ts';

interface Opened {
  readonly type: string;
  readonly tokenizer: PreTrainedTokenizer;
  readonly processor: Processor;
  readonly model: PreTrainedModel;
  readonly contextTokens: number;
}

/** Finds what is named in one picture at a time: each has labels of its own. Not interrupted. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [{ model_type: type }, tokenizer, processor, model] = await Promise.all([
    ...([folder.config(), folder.tokenizer(), folder.processor()] as const),
    folder.model(AutoModelForZeroShotObjectDetection),
  ]);
  const { text_config, max_text_len } = model.config as {
    text_config?: { max_position_embeddings?: number };
    max_text_len?: number;
  };
  const contextTokens = Math.min(
    ...[contextTokensOf(tokenizer, model.config), max_text_len, text_config?.max_position_embeddings].filter(
      (count) => count !== undefined,
    ),
  );
  const opened: Opened = { type, tokenizer, processor, model, contextTokens };
  const find = type === 'grounding-dino' ? findGrounded : findByLabels;
  return { handle: (request) => find(opened, request as Find) };
}

/** OWL-ViT and OWLv2: a text for each label, and a score of each label for each query. */
async function findByLabels(opened: Opened, { picture, labels }: Find): Promise<readonly Detected[]> {
  const { tokenizer, processor, model, contextTokens, type } = opened;
  // As they were trained: https://arxiv.org/abs/2205.06230
  const texts = labels.map((label) => `a photo of a ${label}`);
  const { batches } = tokenBatches(tokenizer, texts, { contextTokens, length: contextTokens });
  const [batch] = batches;
  if (batches.length !== 1)
    throw new RunnerFault('input.too_large', `compares fewer than ${labels.length} labels at once.`);
  // OWLv2 was shown squares, of which the library's processor knows nothing: it would squeeze the picture.
  const seen = type === 'owlv2' ? squared(picture) : picture;
  const pictures = (await processor(rawImages([seen]))) as object;
  const outputs = await runModel(model, { ...batch!.inputs, ...pictures });
  const found = readQueries(floatsOf(outputs, 'logits'), floatsOf(outputs, 'pred_boxes').data, type);
  const [across, down] = [seen.width / picture.width, seen.height / picture.height];
  return found.map(({ label, score, centre, size }) => ({
    ...{ label: batch!.places[label]!, score },
    centre: [centre[0] * across, centre[1] * down],
    size: [size[0] * across, size[1] * down],
  }));
}

/** Grounding DINO: one text with all labels, and a score of each of its tokens for each query. */
async function findGrounded(opened: Opened, { picture, labels }: Find): Promise<readonly Detected[]> {
  const { tokenizer, processor, model, contextTokens, type } = opened;
  const bare = (text: string) => tokensOf(tokenizer, text, { bare: true });
  const around = tokensOf(tokenizer, '');
  const { ids, spans } = groundingPrompt(labels, bare, around);
  if (ids.length > contextTokens)
    throw new RunnerFault(
      'input.too_large',
      `reads ${contextTokens} tokens at most, and the labels have ${ids.length} together: ask for fewer.`,
    );
  const row = (value: (at: number) => number) =>
    new Tensor(
      'int64',
      BigInt64Array.from(ids, (_, at) => BigInt(value(at))),
      [1, ids.length],
    );
  const texts = {
    ...{ input_ids: row((at) => ids[at]!), attention_mask: row(() => 1), token_type_ids: row(() => 0) },
  };
  const pictures = (await processor(rawImages([picture]))) as object;
  const outputs = await runModel(model, { ...texts, ...pictures });
  // Behind the text it says minus infinity.
  const scores = floatsOf(outputs, 'logits', { orNever: true });
  return readQueries(bestOfLabels(scores, spans), floatsOf(outputs, 'pred_boxes').data, type);
}
