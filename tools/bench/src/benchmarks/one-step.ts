import type { PipelineSource } from '@intermodal/pipeline';

/** One task a job. */
export const ONE_STEP: PipelineSource = {
  name: 'bench-one-step',
  version: 1,
  input: { value: {} },
  nodes: { only: { stage: 'trial.echo@1', in: { value: '$input.value' } } },
  output: { value: '$only.value' },
};

export const inputsOf = (jobs: number): { value: number }[] =>
  Array.from({ length: jobs }, (_, i) => ({ value: i + 1 }));

/** Of the job of a line, by `inputsOf`. */
export const outputOf = (line: number): { value: number } => ({ value: line });
