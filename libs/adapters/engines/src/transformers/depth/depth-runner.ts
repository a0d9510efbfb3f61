import { AutoModelForDepthEstimation } from '@huggingface/transformers';
import type { LoadOptions, Runner } from '../../hosts/runner.ts';
import { OpenedFolder } from '../open-folder.ts';
import { rawImages } from '../pictures.ts';
import { floatsOf, runModel } from '../run-model.ts';
import type { DepthMap, EstimateDepth } from './depth.ts';

/** Tells what is near in one picture at a time. Not interrupted. */
export async function load(options: LoadOptions): Promise<Runner> {
  const folder = new OpenedFolder(options);
  const [processor, model] = await Promise.all([
    folder.processor(),
    folder.model(AutoModelForDepthEstimation),
  ]);
  return {
    async handle(request): Promise<DepthMap> {
      const inputs = (await processor(rawImages([(request as EstimateDepth).picture]))) as object;
      const { data, dims } = floatsOf(await runModel(model, inputs), 'predicted_depth');
      const [height, width] = dims.slice(-2) as [number, number];
      return { width, height, values: data };
    },
  };
}
