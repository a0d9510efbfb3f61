import { createHash } from 'node:crypto';
import {
  checkSubmission,
  given,
  readyPaths,
  settleTask,
  startJob,
  type Outcome,
  type Plan,
  type ReferenceJob,
  type StageCatalogue,
  type Submission,
} from '@intermodal/pipeline';
import { seededBytes } from './seeded.ts';
import { failureOf } from './stages/trial/fail.stage.ts';

interface Valued {
  readonly value: unknown;
}

/** What each trial stage gives, said a second time without files and processes. */
const OUTCOMES: Readonly<Record<string, (input: never, params: never) => Outcome>> = {
  'trial.echo@1': ({ value }: Valued) => completed({ value }),
  'trial.wait@1': ({ value }: Valued) => completed({ value }),
  'trial.hold@1': ({ value }: Valued) => completed({ value }),
  'trial.list@1': ({ count }: { count: number }) =>
    completed({ items: Array.from({ length: count }, (_, i) => i) }),
  'trial.sum@1': ({ values }: { values: Valued[] }) =>
    completed({
      sum: values.reduce((sum, { value }) => sum + (typeof value === 'number' ? value : 0), 0),
    }),
  'trial.file@1': ({ value }: Valued, { bytes = 1_000 }: { bytes?: number }) => {
    const content = seededBytes(JSON.stringify(value), bytes);
    return completed({
      file: { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length },
    });
  },
  'trial.read@1': ({ file }: { file: { sha256: string } }) => completed({ sha256: file.sha256 }),
  'trial.together@1': ({ value }: Valued, { fraction = 0, seed = 1 }: Partial<FailParams>) => {
    const code = failureOf(value, { kind: 'user', fraction, seed });
    return code ? { state: 'failed', code } : completed({ value });
  },
  'trial.fail@1': ({ value }: Valued, params: Partial<FailParams>) => {
    const { kind = 'user', fraction = 1, seed = 1 } = params;
    const code = failureOf(value, { kind, fraction, seed });
    return code ? { state: 'failed', code } : completed({ value });
  },
  'trial.poison@1': ({ value }: Valued, { marked = [] }: { marked?: unknown[] }) =>
    marked.some((one) => JSON.stringify(one) === JSON.stringify(value))
      ? { state: 'failed', code: 'stage.crashed' }
      : completed({ value }),
};

type FailParams = Parameters<typeof failureOf>[1];

const completed = (output: Record<string, unknown>): Outcome => ({ state: 'completed', output });

/** How a job of a trial pipeline ends, whatever happens on the way. A file is predicted by its sha256 and its length. */
export function predict(plan: Plan, submission: Submission, catalogue: StageCatalogue): ReferenceJob {
  const { input, params } = checkSubmission(plan, submission, catalogue);
  const job = startJob(plan, input, params);
  for (let ready = readyPaths(job); ready.length > 0; ready = readyPaths(job))
    for (const path of ready) {
      const { node } = job.tasks.get(path)!;
      if (node.kind !== 'stage') throw new Error(`${path} runs nothing of its own.`);
      const values = given(job, path);
      settleTask(job, path, OUTCOMES[node.stage]!(values.input as never, values.params as never));
    }
  return job;
}
