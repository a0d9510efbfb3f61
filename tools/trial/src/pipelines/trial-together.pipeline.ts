import { definePipeline } from '@intermodal/pipeline';

/** Items that go through a model together, also with those of other jobs; some break its call, and are left out of the sum. */
export default definePipeline({
  name: 'trial-together',
  version: 1,
  input: { count: { type: 'integer', minimum: 0 } },
  params: {
    type: 'object',
    properties: { fraction: { type: 'number', default: 0.1 }, ms: { type: 'number', default: 0 } },
  },
  nodes: {
    list: { stage: 'trial.list@1', in: { count: '$input.count' } },
    all: {
      each: '$list.items',
      as: 'item',
      nodes: {
        one: {
          stage: 'trial.together@1',
          in: { value: '$item' },
          params: { fraction: '$params.fraction', ms: '$params.ms' },
          onError: 'skip',
        },
      },
      collect: { value: '$one.value' },
    },
    sum: { stage: 'trial.sum@1', in: { values: '$all' } },
  },
  output: { sum: '$sum.sum' },
});
