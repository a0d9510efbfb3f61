import { join } from 'node:path';
import type { PipelineDocument } from '@intermodal/contracts';
import { loadPipelines, loadStages, type StageCatalogue } from '@intermodal/pipeline';

/** Every `trial.*` stage. */
export const loadTrialStages = (): Promise<StageCatalogue> => loadStages(join(import.meta.dirname, 'stages'));

/** Every `trial-*` pipeline. */
export const loadTrialPipelines = (): Promise<PipelineDocument[]> =>
  loadPipelines(join(import.meta.dirname, 'pipelines'));
