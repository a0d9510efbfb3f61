import { definePipeline } from '@intermodal/pipeline';

/** A branch that may fail, and one whose input may be absent: what hangs on them is skipped, the rest goes on. */
export default definePipeline({
  name: 'trial-skip',
  version: 1,
  input: { value: {}, extra: { optional: true } },
  params: {
    type: 'object',
    properties: {
      kind: { enum: ['user', 'operational', 'bug'], default: 'user' },
      fraction: { type: 'number', default: 0.5 },
      ms: { type: 'number', default: 0 },
    },
  },
  nodes: {
    first: { stage: 'trial.wait@1', in: { value: '$input.value' }, params: { ms: '$params.ms' } },
    risky: {
      stage: 'trial.fail@1',
      in: { value: '$first.value' },
      params: { kind: '$params.kind', fraction: '$params.fraction' },
      onError: 'skip',
    },
    after: { stage: 'trial.echo@1', in: { value: '$risky.value' } },
    extra: { stage: 'trial.echo@1', in: { value: '$input.extra' } },
    last: { stage: 'trial.echo@1', in: { value: '$first.value', beside: ['$after.value', '$extra.value'] } },
  },
  output: { value: '$last.value', 'after?': '$after.value', 'extra?': '$extra.value' },
});
