import { AutoModelForImageClassification } from '@huggingface/transformers';
import type { LoadOptions, Runner } from '../../hosts/runner.ts';
import { OpenedFolder } from '../open-folder.ts';
import { rawImages } from '../pictures.ts';
import { rowsOf } from '../rows-of.ts';
import { floatsOf, runModel } from '../run-model.ts';
import type { ClassifyPictures, PictureLogits } from './classifier.ts';

/** Many pictures in one call. Not interrupted. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [processor, model] = await Promise.all([
    ...([folder.processor(), folder.model(AutoModelForImageClassification)] as const),
  ]);
  return {
    async handle(request): Promise<PictureLogits> {
      const inputs = (await processor(rawImages((request as ClassifyPictures).pictures))) as object;
      return rowsOf(floatsOf(await runModel(model, inputs), 'logits'));
    },
  };
}
