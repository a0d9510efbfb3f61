import type { PipelineDocument } from '@intermodal/contracts';
import { loadPipelines, loadStages, type StageCatalogue } from '@intermodal/pipeline';

/** The stages that Intermodal ships: every `*.stage.ts` beside this file. */
export const loadShippedStages = (): Promise<StageCatalogue> => loadStages(import.meta.dirname);

/** The pipelines that Intermodal ships: every `*.pipeline.ts` beside this file. */
export const loadShippedPipelines = (): Promise<PipelineDocument[]> => loadPipelines(import.meta.dirname);

export { toSrt, toVtt } from './text/subtitle-formats.ts';
