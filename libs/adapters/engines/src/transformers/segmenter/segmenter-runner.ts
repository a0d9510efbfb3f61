import { AutoModelForSemanticSegmentation } from '@huggingface/transformers';
import type { LoadOptions, Runner } from '../../hosts/runner.ts';
import { OpenedFolder } from '../open-folder.ts';
import { rawImages } from '../pictures.ts';
import { floatsOf, runModel } from '../run-model.ts';
import type { NumberedSegments, SegmentPicture } from './segmenter.ts';

/** Sorts the places of one picture at a time. Not interrupted. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [processor, model] = await Promise.all([
    ...([folder.processor(), folder.model(AutoModelForSemanticSegmentation)] as const),
  ]);
  return {
    async handle(request): Promise<NumberedSegments> {
      const inputs = (await processor(rawImages([(request as SegmentPicture).picture]))) as object;
      return likeliest(floatsOf(await runModel(model, inputs), 'logits'));
    },
  };
}

/** @param scores [1, kinds, height, width] */
function likeliest({ data, dims }: { data: Float32Array; dims: readonly number[] }): NumberedSegments {
  const [, count, height, width] = dims as [number, number, number, number];
  const area = width * height;
  const places = new Int32Array(area);
  const best = data.slice(0, area);
  for (let kind = 1; kind < count; kind++)
    for (let place = 0; place < area; place++) {
      const score = data[kind * area + place]!;
      if (score <= best[place]!) continue;
      best[place] = score;
      places[place] = kind;
    }
  return { width, height, places };
}
