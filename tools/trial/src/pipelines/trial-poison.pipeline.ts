import { definePipeline } from '@intermodal/pipeline';

/** Items of which the marked ones end the process that runs them. */
export default definePipeline({
  name: 'trial-poison',
  version: 1,
  input: { value: {} },
  params: { type: 'object', properties: { marked: { type: 'array', default: [] } } },
  nodes: {
    first: { stage: 'trial.echo@1', in: { value: '$input.value' } },
    risky: { stage: 'trial.poison@1', in: { value: '$first.value' }, params: { marked: '$params.marked' } },
    last: { stage: 'trial.echo@1', in: { value: '$risky.value' } },
  },
  output: { value: '$last.value' },
});
