import { loadStages, type StageCatalogue } from '@intermodal/pipeline';

/** The stages that Intermodal ships: every `*.stage.ts` beside this file. */
export const loadShippedStages = (): Promise<StageCatalogue> => loadStages(import.meta.dirname);
