import { compile, type Plan } from '@intermodal/pipeline';
import { toyStages } from './random-pipeline.ts';

/** One task, `only`. Give it `x`. */
export const oneStep: Plan = compile(
  {
    name: 'one-step',
    version: 1,
    input: { x: {} },
    nodes: { only: { stage: 'toy.make@1', in: { a: '$input.x' } } },
    output: { value: '$only.value' },
  },
  toyStages,
);

/** `second` after `first`, which is tried twice. Give it `x`. */
export const twoSteps: Plan = compile(
  {
    name: 'two-steps',
    version: 1,
    input: { x: {} },
    nodes: {
      first: { stage: 'toy.make@1', in: { a: '$input.x' }, attempts: 2 },
      second: { stage: 'toy.make@1', in: { a: '$first.value' } },
    },
    output: { value: '$second.value' },
  },
  toyStages,
);
