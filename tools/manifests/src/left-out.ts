import type { StageCatalogue } from '@intermodal/pipeline';

/** The stages of a pool that need one of these capabilities. */
export const leftOut = (pool: string, lacks: readonly string[], stages: StageCatalogue): string[] =>
  [...stages.values()]
    .filter(
      (stage) => stage.pool === pool && Object.values(stage.needs).some(({ name }) => lacks.includes(name)),
    )
    .map(({ name }) => name)
    .sort();
