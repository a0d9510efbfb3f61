import { definePipeline } from '@intermodal/pipeline';

/** Three steps in a row; the middle one takes `ms`. */
export default definePipeline({
  name: 'trial-chain',
  version: 1,
  input: { value: {} },
  params: { type: 'object', properties: { ms: { type: 'number', default: 0 } } },
  nodes: {
    first: { stage: 'trial.echo@1', in: { value: '$input.value' } },
    second: { stage: 'trial.wait@1', in: { value: '$first.value' }, params: { ms: '$params.ms' } },
    third: { stage: 'trial.echo@1', in: { value: '$second.value' } },
  },
  output: { value: '$third.value' },
});
