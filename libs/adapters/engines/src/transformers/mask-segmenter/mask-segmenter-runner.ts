import { AutoModelForUniversalSegmentation } from '@huggingface/transformers';
import type { LoadOptions, Runner } from '../../hosts/runner.ts';
import { OpenedFolder } from '../open-folder.ts';
import { rawImages } from '../pictures.ts';
import { floatsOf, runModel } from '../run-model.ts';
import type { NumberedSegments, SegmentPicture } from '../segmenter/segmenter.ts';
import { readMasks } from './read-masks.ts';

const NAMES = {
  detr: { classes: 'logits', masks: 'pred_masks' },
  maskformer: { classes: 'class_queries_logits', masks: 'masks_queries_logits' },
};

/** Finds the segments of one picture at a time. Not interrupted. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [{ model_type }, processor, model] = await Promise.all([
    ...([folder.config(), folder.processor(), folder.model(AutoModelForUniversalSegmentation)] as const),
  ]);
  const { classes, masks } = NAMES[model_type as keyof typeof NAMES];
  return {
    async handle(request): Promise<NumberedSegments> {
      const inputs = (await processor(rawImages([(request as SegmentPicture).picture]))) as object;
      const outputs = await runModel(model, inputs);
      return readMasks(floatsOf(outputs, classes), floatsOf(outputs, masks));
    },
  };
}
