import type { PipelineSource } from '@intermodal/pipeline';
import { CHAIN } from '../yardsticks/bull-flow.ts';
import { throughput } from './throughput.ts';

export const CHAIN_DOCUMENT: PipelineSource = {
  name: 'bench-chain',
  version: 1,
  input: { value: {} },
  nodes: {
    first: { stage: 'trial.echo@1', in: { value: '$input.value' } },
    second: { stage: 'trial.echo@1', in: { value: '$first.value' } },
    third: { stage: 'trial.echo@1', in: { value: '$second.value' } },
  },
  output: { value: '$third.value' },
};

export const chain = throughput({
  name: 'chain',
  shown: 'Chains of three',
  document: CHAIN_DOCUMENT,
  tasksPerJob: 3,
  input: (job) => ({ value: job }),
  output: (line) => ({ value: line }),
  flow: CHAIN,
});
