import { definePipeline } from '@intermodal/pipeline';

/** One step, which ends when whoever asked for it lets it. */
export default definePipeline({
  name: 'trial-hold',
  version: 1,
  input: { value: {} },
  params: { type: 'object', properties: { until: { type: 'string' } }, required: ['until'] },
  nodes: {
    only: { stage: 'trial.hold@1', in: { value: '$input.value' }, params: { until: '$params.until' } },
  },
  output: { value: '$only.value' },
});
