/** The published pipeline of the trial that is one task a job. */
export const ONE_STEP = 'trial-step';

export const inputsOf = (jobs: number): { value: number }[] =>
  Array.from({ length: jobs }, (_, i) => ({ value: i + 1 }));

/** Of the job of a line, by `inputsOf`. */
export const outputOf = (line: number): { value: number } => ({ value: line });
