import { IntermodalError } from '@intermodal/contracts';
import { stageKey, type Stage } from './stage.ts';

/** Every stage that this process knows, by `name@version`. */
export type StageCatalogue = ReadonlyMap<string, Stage>;

export function stageOf(catalogue: StageCatalogue, key: string): Stage {
  const stage = catalogue.get(key);
  if (stage) return stage;
  throw new IntermodalError(
    'stage.unknown',
    `There is no stage '${key}'; known are ${[...catalogue.keys()].join(', ')}.`,
  );
}

/** A catalogue of stages given by value, for tests and embedding. */
export const catalogueOf = (stages: readonly Stage[]): StageCatalogue =>
  new Map(stages.map((stage) => [stageKey(stage), stage]));
