import type { ClaimedTask } from '@intermodal/pipeline';
import { Coalescer } from './coalescer.ts';

/**
 * Claims tasks, many per statement. Undefined where there is nothing to do: cancelled, not due, somebody else's, or already
 * given to another caller, for a task may be delivered twice in one moment.
 */
export function claimer(
  claim: (taskIds: readonly string[]) => Promise<readonly ClaimedTask[]>,
): (taskId: string) => Promise<ClaimedTask | undefined> {
  const coalescer = new Coalescer<string, ClaimedTask | undefined>(
    async (ids) => {
      const claimed = new Map((await claim(ids)).map((task) => [task.id, task]));
      return ids.map((id) => {
        const task = claimed.get(id);
        claimed.delete(id);
        return task;
      });
    },
    { maxItems: 1_000, inFlight: 2 },
  );
  return (taskId) => coalescer.add(taskId);
}
