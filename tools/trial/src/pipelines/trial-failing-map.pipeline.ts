import { definePipeline } from '@intermodal/pipeline';

const properties = {
  kind: { enum: ['user', 'operational', 'bug'], default: 'user' },
  fraction: { type: 'number', default: 0.1 },
} as const;

/** Items of which some fail, and are left out of the sum. */
export default definePipeline({
  name: 'trial-failing-map',
  version: 1,
  input: { count: { type: 'integer', minimum: 0 } },
  params: { type: 'object', properties },
  nodes: {
    list: { stage: 'trial.list@1', in: { count: '$input.count' } },
    all: {
      each: '$list.items',
      as: 'item',
      nodes: {
        one: {
          stage: 'trial.fail@1',
          in: { value: '$item' },
          params: { kind: '$params.kind', fraction: '$params.fraction' },
          onError: 'skip',
        },
      },
      collect: { value: '$one.value' },
    },
    sum: { stage: 'trial.sum@1', in: { values: '$all' } },
  },
  output: { sum: '$sum.sum' },
});
