import { definePipeline } from '@intermodal/pipeline';

/** An each in an each in an each: `count` to the third items. */
export default definePipeline({
  name: 'trial-nested',
  version: 1,
  input: { count: { type: 'integer', minimum: 0 } },
  params: { type: 'object', properties: { ms: { type: 'number', default: 0 } } },
  nodes: {
    list: { stage: 'trial.list@1', in: { count: '$input.count' } },
    outer: {
      each: '$list.items',
      as: 'a',
      nodes: {
        middle: {
          each: '$list.items',
          as: 'b',
          nodes: {
            inner: {
              each: '$list.items',
              as: 'c',
              nodes: {
                one: {
                  stage: 'trial.wait@1',
                  in: { value: '$c', beside: ['$a', '$b'] },
                  params: { ms: '$params.ms' },
                },
              },
              collect: { value: '$one.value' },
            },
            innerSum: { stage: 'trial.sum@1', in: { values: '$inner' } },
          },
          collect: { value: '$innerSum.sum' },
        },
        middleSum: { stage: 'trial.sum@1', in: { values: '$middle' } },
      },
      collect: { value: '$middleSum.sum' },
    },
    sum: { stage: 'trial.sum@1', in: { values: '$outer' } },
  },
  output: { sum: '$sum.sum' },
});
