import type { Execution } from '@intermodal/trial';
import type { Violation } from './law.ts';
import type { RunRecord, TaskFact } from './record.ts';

/** What may have made the engine execute a task more often than once. */
export interface Explained {
  /** As of `Effects`: what such a process had begun, and what had not come on record, begins again, but not before it was no more. */
  readonly brokenOff: ReadonlyMap<number, number>;
  /** Tasks that one process runs at a time, besides those that go through a model together. */
  readonly slots: number;
  /** Of all other faults: faults x concurrency x 1.5 */
  readonly otherwise: number;
}

/**
 * L8: no attempt runs twice, whatever happens; a process runs no more at a time than it has slots; and no task is executed again
 * without a reason. That a process was broken off is a reason for its own executions, and for nobody else's.
 */
export function checkExecutions(
  record: RunRecord,
  executions: readonly Execution[],
  { brokenOff, slots, otherwise }: Explained,
): Violation[] {
  const found: string[] = [];
  const attempts = Map.groupBy(executions, ({ taskId, attempt }) => `${taskId}:${attempt}`);
  for (const [attempt, { length }] of attempts)
    if (length > 1) found.push(`${attempt} was executed ${length} times`);
  for (const pid of brokenOff.keys()) {
    const { length } = executions.filter((one) => one.pid === pid && !one.together && !one.ended);
    if (length > slots)
      found.push(`process ${pid} ran ${length} tasks when it was broken off, with ${slots} slots`);
  }
  let unexplained = 0;
  for (const again of repeated(record, executions)) {
    const explained = again.executions.filter((one, i) => {
      const next = again.executions[i + 1];
      return next && (brokenOff.get(one.pid) ?? Infinity) <= next.place;
    });
    unexplained += Math.max(0, again.times - explained.length);
  }
  if (unexplained > otherwise)
    found.push(
      `${unexplained} executions were repeated that no process that was broken off had begun; other faults explain ${otherwise}`,
    );
  return found.map((what) => ({ law: 'L8', what }));
}

/** Executions beyond the first of each task, and beyond the retries that were asked for. */
export const reExecutions = (record: RunRecord, executions: readonly Execution[]): number =>
  repeated(record, executions).reduce((sum, { times }) => sum + times, 0);

interface Repeated {
  readonly times: number;
  readonly executions: readonly Execution[];
}

/** Short tasks are claimed ahead of the slots: what was only held when its process ended, or was handed back, was not executed. */
function repeated({ tasks }: RunRecord, executions: readonly Execution[]): Repeated[] {
  const retries = new Map(tasks.map((task) => [task.id, retriesOf(task)]));
  return [...Map.groupBy(executions, ({ taskId }) => taskId)].flatMap(([taskId, of]) => {
    const times = of.length - 1 - (retries.get(taskId) ?? 0);
    return times > 0 ? [{ times, executions: of }] : [];
  });
}

/** How often a failing stage asked to be run again: every failure but the one that a task ended with. */
const retriesOf = ({ failures, state, crashes }: TaskFact): number =>
  failures - (state === 'failed' && failures > 0 && crashes < 3 ? 1 : 0);
