import { definePipeline } from '@intermodal/pipeline';

/** Three steps that do nothing: what is left is the engine. */
export default definePipeline({
  name: 'trial-bare-chain',
  version: 1,
  input: { value: {} },
  nodes: {
    first: { stage: 'trial.echo@1', in: { value: '$input.value' } },
    second: { stage: 'trial.echo@1', in: { value: '$first.value' } },
    third: { stage: 'trial.echo@1', in: { value: '$second.value' } },
  },
  output: { value: '$third.value' },
});
