import { TEN_AND_JOIN } from '../yardsticks/bull-flow.ts';
import { throughput } from './throughput.ts';

const WIDTH = 10;

export const map = throughput({
  name: 'map',
  shown: 'Maps of ten with a join',
  pipeline: {
    name: 'bench-map',
    version: 1,
    input: { count: { type: 'integer' } },
    nodes: {
      list: { stage: 'trial.list@1', in: { count: '$input.count' } },
      all: {
        each: '$list.items',
        as: 'item',
        nodes: { one: { stage: 'trial.echo@1', in: { value: '$item' } } },
        collect: { value: '$one.value' },
      },
      sum: { stage: 'trial.sum@1', in: { values: '$all' } },
    },
    output: { sum: '$sum.sum' },
  },
  // The list, its items, the sum.
  tasksPerJob: WIDTH + 2,
  input: () => ({ count: WIDTH }),
  output: () => ({ sum: (WIDTH * (WIDTH - 1)) / 2 }),
  flow: TEN_AND_JOIN,
});
