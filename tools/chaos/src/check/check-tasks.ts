import type { Entry } from '../round/ledger.ts';
import type { Violation } from './law.ts';
import type { Prediction } from './prediction.ts';
import { isFinal, type ChangeFact, type RunRecord } from './record.ts';

/** L3: what is final was decided once, and stays as it is. */
export function checkCommits({ tasks, changes }: RunRecord): Violation[] {
  const commits = new Map<string, number>();
  for (const { taskId, became } of changes)
    if (became === 'completed' || became === 'failed') commits.set(taskId, (commits.get(taskId) ?? 0) + 1);
  const touched = new Set(
    changes.filter(({ was }) => was !== null && isFinal(was)).map(({ taskId }) => taskId),
  );
  return tasks.flatMap(({ id, path, jobId, commits: counted }) => {
    const count = Math.max(counted, commits.get(id) ?? 0);
    const where = `task ${path} of job ${jobId}`;
    if (count > 1) return [{ law: 'L3', what: `${where} has ${count} commits` }];
    if (touched.has(id)) return [{ law: 'L3', what: `${where} was changed after it was final` }];
    return [];
  });
}

/** L5: a task is ready only when all that it waits for is final. */
export function checkOrder(
  entries: readonly Entry[],
  { jobs, tasks, changes }: RunRecord,
  prediction: Prediction,
): Violation[] {
  const pipelines = new Map(entries.map(({ key, pipeline }) => [key, pipeline]));
  const changesOf = Map.groupBy(changes, ({ taskId }) => taskId);
  const tasksOf = Map.groupBy(tasks, ({ jobId }) => jobId);
  const found: Violation[] = [];
  for (const job of jobs) {
    const pipeline = pipelines.get(job.submission ?? '');
    if (pipeline === undefined) continue;
    const nodes = new Map(prediction.plan(pipeline).nodes.map((node) => [node.id, node]));
    const own = new Map((tasksOf.get(job.id) ?? []).map((task) => [task.path, task]));
    for (const { id, path } of own.values()) {
      const started = changesOf.get(id)?.find(({ became }) => HAS_BEGUN.includes(became));
      if (!started) continue;
      const scope = path.slice(0, Math.max(0, path.lastIndexOf('.')));
      for (const name of nodes.get(path.replaceAll(/\[\d+\]/g, ''))!.dependsOn) {
        const before = own.get(scope === '' ? name : `${scope}.${name}`);
        const ended = before && finalChange(changesOf.get(before.id) ?? []);
        if (ended && ended.seq < started.seq) continue;
        found.push({
          law: 'L5',
          what: `task ${path} of job ${job.id} was ${started.became} before ${name} was final`,
        });
      }
    }
  }
  return found;
}

const HAS_BEGUN = ['ready', 'running', 'completed', 'failed'];

const finalChange = (changes: readonly ChangeFact[]): ChangeFact | undefined =>
  changes.find(({ became }) => isFinal(became));
