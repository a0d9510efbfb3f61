import { definePipeline } from '@intermodal/pipeline';

/** As many items as are asked for, joined by a sum. */
export default definePipeline({
  name: 'trial-map',
  version: 1,
  input: { count: { type: 'integer', minimum: 0 } },
  params: { type: 'object', properties: { ms: { type: 'number', default: 0 } } },
  nodes: {
    list: { stage: 'trial.list@1', in: { count: '$input.count' } },
    all: {
      each: '$list.items',
      as: 'item',
      nodes: { one: { stage: 'trial.wait@1', in: { value: '$item' }, params: { ms: '$params.ms' } } },
      collect: { value: '$one.value' },
    },
    sum: { stage: 'trial.sum@1', in: { values: '$all' } },
  },
  output: { sum: '$sum.sum' },
});
