import type { Stage, StageCatalogue } from '@intermodal/pipeline';
import type { EffectLog } from './effect-log.ts';

/** The same stages; that one runs is noted before it does. */
export const countedStages = (stages: StageCatalogue, effects: EffectLog): StageCatalogue =>
  new Map(
    [...stages].map(([key, stage]): [string, Stage] => [
      key,
      {
        ...stage,
        run(input, context) {
          effects.ran(context.task.id, context.task.attempt);
          return stage.run(input, context);
        },
      },
    ]),
  );
