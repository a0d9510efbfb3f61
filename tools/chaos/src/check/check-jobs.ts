import type { ReferenceJob, ReferenceTask } from '@intermodal/pipeline';
import type { Entry } from '../round/ledger.ts';
import type { Violation } from './law.ts';
import { meansTheSame, type Prediction } from './prediction.ts';
import { isFinal, type JobFact, type RunRecord, type TaskFact } from './record.ts';

/** L1: accepted submissions and jobs, one to one. What was sent and never answered may have one, too. */
export function checkSubmissions(entries: readonly Entry[], { jobs }: RunRecord): Violation[] {
  const bySubmission = Map.groupBy(jobs, ({ submission }) => submission ?? '');
  const keys = new Set(entries.map(({ key }) => key));
  const found: string[] = [];
  for (const { key, jobId } of entries) {
    const made = bySubmission.get(key) ?? [];
    if (made.length > 1) found.push(`submission ${key} has ${made.length} jobs`);
    else if (jobId !== undefined && made[0]?.id !== jobId)
      found.push(`submission ${key} was answered with job ${jobId}, and has ${made[0]?.id ?? 'none'}`);
  }
  for (const { id, submission } of jobs)
    if (!keys.has(submission ?? '')) found.push(`job ${id} was asked for by nobody`);
  return found.map((what) => ({ law: 'L1', what }));
}

/** L2: every job is final, as predicted. */
export function checkOutcomes(
  entries: readonly Entry[],
  { jobs, tasks }: RunRecord,
  prediction: Prediction,
  excuseGivenUp: boolean,
): Violation[] {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const tasksOf = Map.groupBy(tasks, ({ jobId }) => jobId);
  return jobs.flatMap((job) => {
    const entry = byKey.get(job.submission ?? '');
    if (!entry) return [];
    const own = tasksOf.get(job.id) ?? [];
    if (excuseGivenUp && wasGivenUp(job, own)) return [];
    const problem = problemOf(job, own, prediction.of(entry), entry.cancelled);
    return problem === undefined ? [] : [{ law: 'L2', what: `job ${job.id} (${entry.pipeline}) ${problem}` }];
  });
}

/** A task was running in three processes that ended: the engine takes its input for what ended them. */
export const wasGivenUp = ({ state, errorCode }: JobFact, tasks: readonly TaskFact[]): boolean =>
  (state === 'completed' || errorCode === 'stage.crashed') &&
  tasks.some((task) => task.crashes >= 3 && task.errorCode === 'stage.crashed') &&
  tasks.every((task) => isFinal(task.state));

/** In an each that is decided before all its items are final, it depends on who was first which of them are cancelled. */
const isSettledByOrder = ({ state: expected, scope }: ReferenceTask, state: TaskFact['state']): boolean =>
  (state === 'cancelled' || expected === 'cancelled') &&
  scope.chain.some(({ each }) => each?.items.some((item) => item.state === 'cancelled'));

function problemOf(
  job: JobFact,
  tasks: readonly TaskFact[],
  predicted: ReferenceJob,
  mayBeCancelled: boolean,
): string | undefined {
  if (!isFinal(job.state)) return `is ${job.state}`;
  const open = tasks.find(({ state }) => !isFinal(state));
  if (open) return `is ${job.state}, and its task ${open.path} is ${open.state}`;
  if (job.state === 'cancelled' && mayBeCancelled) return undefined;
  if (job.state !== predicted.state)
    return `is ${job.state}${job.errorCode === null ? '' : ` (${job.errorCode})`}, not ${predicted.state}`;
  if (job.state !== 'completed') return undefined;
  if (!meansTheSame(job.output, predicted.output))
    return `gave ${JSON.stringify(job.output)}, not ${JSON.stringify(predicted.output)}`;
  if (tasks.length !== predicted.tasks.size) return `has ${tasks.length} tasks, not ${predicted.tasks.size}`;
  const other = tasks.find(({ path, state }) => {
    const expected = predicted.tasks.get(path);
    return expected?.state !== state && !(expected && isSettledByOrder(expected, state));
  });
  return other && `has a task ${other.path} that is ${other.state}`;
}
