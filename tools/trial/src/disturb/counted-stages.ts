import type { MicroBatching, Stage, StageCatalogue } from '@intermodal/pipeline';
import type { EffectLog } from './effect-log.ts';

/** The same stages; that one runs is noted before it does. */
export const countedStages = (stages: StageCatalogue, effects: EffectLog): StageCatalogue =>
  new Map(
    [...stages].map(([key, stage]): [string, Stage] => [
      key,
      {
        ...stage,
        ...(stage.batch && { batch: countedBatches(stage.batch, effects) }),
        run(input, context) {
          effects.ran(context.task.id, context.task.attempt);
          return stage.run(input, context);
        },
      },
    ]),
  );

interface Counted {
  readonly item: unknown;
  /** Once, although a call that fails is divided, and made again. */
  noteOnce: () => void;
}

/** A task runs when it is part of a call, and not yet when it is prepared. */
function countedBatches(batch: MicroBatching, effects: EffectLog): MicroBatching<unknown, Counted> {
  const { bucketOf } = batch;
  return {
    ...{ maxItems: batch.maxItems, maxDelayMs: batch.maxDelayMs },
    async prepare(input, context) {
      const { id, attempt } = context.task;
      const counted: Counted = {
        item: await batch.prepare(input, context),
        noteOnce: () => {
          effects.ran(id, attempt);
          counted.noteOnce = () => {};
        },
      };
      return counted;
    },
    ...(bucketOf && { bucketOf: ({ item }) => bucketOf(item) }),
    run(items, context) {
      effects.count('micro-batches');
      for (const { noteOnce } of items) noteOnce();
      return batch.run(
        items.map(({ item }) => item),
        context,
      );
    },
  };
}
