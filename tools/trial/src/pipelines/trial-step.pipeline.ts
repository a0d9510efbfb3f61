import { definePipeline } from '@intermodal/pipeline';

/** One step that does nothing. */
export default definePipeline({
  name: 'trial-step',
  version: 1,
  input: { value: {} },
  nodes: { only: { stage: 'trial.echo@1', in: { value: '$input.value' } } },
  output: { value: '$only.value' },
});
