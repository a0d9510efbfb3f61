import { AutoModelForObjectDetection } from '@huggingface/transformers';
import type { LoadOptions, Runner } from '../../hosts/runner.ts';
import { OpenedFolder } from '../open-folder.ts';
import { rawImages } from '../pictures.ts';
import { floatsOf, runModel } from '../run-model.ts';
import type { Detect, Detected } from './detector.ts';
import { readQueries } from './read-queries.ts';

/** Finds things in one picture at a time: pictures of other proportions make tensors of other sizes. Not interrupted. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [{ model_type }, processor, model] = await Promise.all([
    ...([folder.config(), folder.processor(), folder.model(AutoModelForObjectDetection)] as const),
  ]);
  return {
    async handle(request): Promise<readonly Detected[]> {
      const inputs = (await processor(rawImages([(request as Detect).picture]))) as object;
      const outputs = await runModel(model, inputs);
      return readQueries(floatsOf(outputs, 'logits'), floatsOf(outputs, 'pred_boxes').data, model_type);
    },
  };
}
