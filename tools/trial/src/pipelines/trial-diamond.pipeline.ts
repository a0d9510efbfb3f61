import { definePipeline } from '@intermodal/pipeline';

const properties = {
  bytes: { type: 'integer', default: 1000 },
  ms: { type: 'number', default: 0 },
} as const;

/** One step, two beside each other, of which one writes and reads a file, and one that waits for both. */
export default definePipeline({
  name: 'trial-diamond',
  version: 1,
  input: { value: {} },
  params: { type: 'object', properties },
  nodes: {
    top: { stage: 'trial.echo@1', in: { value: '$input.value' } },
    left: { stage: 'trial.file@1', in: { value: '$top.value' }, params: { bytes: '$params.bytes' } },
    right: { stage: 'trial.wait@1', in: { value: '$top.value' }, params: { ms: '$params.ms' } },
    read: { stage: 'trial.read@1', in: { file: '$left.file' } },
    bottom: { stage: 'trial.echo@1', in: { value: '$right.value', beside: '$read.sha256' } },
  },
  output: { value: '$bottom.value', sha256: '$read.sha256', file: '$left.file' },
});
