import { CHAIN } from '../yardsticks/bull-flow.ts';
import { throughput } from './throughput.ts';

/** Three steps that do nothing. */
export const THREE_STEPS = 'trial-bare-chain';

export const chain = throughput({
  name: 'chain',
  shown: 'Chains of three',
  pipeline: THREE_STEPS,
  tasksPerJob: 3,
  input: (job) => ({ value: job }),
  output: (line) => ({ value: line }),
  flow: CHAIN,
});
