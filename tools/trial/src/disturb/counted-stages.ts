import type { MicroBatching, Stage, StageCatalogue, StageContext } from '@intermodal/pipeline';
import type { EffectLog } from './effect-log.ts';

/** The same stages; that one runs is noted before it does, and that it ran. */
export const countedStages = (stages: StageCatalogue, effects: EffectLog): StageCatalogue =>
  new Map(
    [...stages].map(([key, stage]): [string, Stage] => [
      key,
      {
        ...stage,
        ...(stage.batch && { batch: countedBatches(stage.batch, effects) }),
        async run(input, context) {
          const { id, attempt } = context.task;
          effects.began(id, attempt, false);
          try {
            return await stage.run(input, context);
          } finally {
            effects.ended(id, attempt);
          }
        },
      },
    ]),
  );

interface Counted {
  readonly item: unknown;
  readonly task: StageContext['task'];
  /** A call that fails is divided, and made again. */
  began: boolean;
}

/** A task runs when it is part of a call, and not yet when it is prepared. */
function countedBatches(batch: MicroBatching, effects: EffectLog): MicroBatching<unknown, Counted> {
  const { bucketOf } = batch;
  return {
    ...{ maxItems: batch.maxItems, maxDelayMs: batch.maxDelayMs },
    prepare: async (input, context) => ({
      item: await batch.prepare(input, context),
      task: context.task,
      began: false,
    }),
    ...(bucketOf && { bucketOf: ({ item }) => bucketOf(item) }),
    run(items, context) {
      effects.count('micro-batches');
      for (const one of items) {
        if (!one.began) effects.began(one.task.id, one.task.attempt, true);
        one.began = true;
      }
      return batch.run(
        items.map(({ item }) => item),
        context,
      );
    },
  };
}
