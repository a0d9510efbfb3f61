import { discover, misnamed } from './discover.ts';
import type { StageCatalogue } from './stage-catalogue.ts';
import { stageKey, type Stage } from './stage.ts';

/** Every `*.stage.ts` below `folder`. The path is the stage's name; anything else is a mistake and stops the program. */
export async function loadStages(folder: string): Promise<StageCatalogue> {
  const stages = new Map<string, Stage>();
  for (const found of await discover(folder, 'stage')) {
    const stage = found.exported as Stage | undefined;
    if (stage?.name !== found.expectedName) throw new Error(misnamed(found, 'stage', stage?.name));
    stages.set(stageKey(stage), stage);
  }
  return stages;
}
