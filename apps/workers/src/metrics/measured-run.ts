import { toIntermodalError } from '@intermodal/contracts';
import type { ClaimedTask, Metrics } from '@intermodal/pipeline';
import type { AbortReason } from '../leases.ts';
import type { TaskControl, TaskRun } from '../run-task.ts';

type Run = (task: ClaimedTask, control: TaskControl) => Promise<TaskRun>;

/** The same, timed and counted by stage and by what comes of it. */
export function measuredRun(run: Run, metrics: Metrics): Run {
  const running = new Map<string, number>();
  metrics.readings('tasks', ['intermodal_tasks_running'], () =>
    [...running].map(([stage, tasks]) => ['intermodal_tasks_running', { stage }, tasks]),
  );
  const step = (stage: string, by: 1 | -1): void => void running.set(stage, (running.get(stage) ?? 0) + by);

  return async (task, control) => {
    const { stage } = task;
    const begun = performance.now();
    const ended = (outcome: string, code = ''): void => {
      step(stage, -1);
      metrics.count('intermodal_task_attempts_total', { stage, outcome, code });
      metrics.observe('intermodal_task_seconds', { stage, outcome }, (performance.now() - begun) / 1_000);
    };
    step(stage, 1);
    try {
      const result = await run(task, control);
      ended('completed');
      return result;
    } catch (error) {
      const reason = control.signal.aborted ? (control.signal.reason as AbortReason) : undefined;
      if (reason === 'lost') ended('lost');
      else if (reason === 'drain') ended('released');
      else ended('failed', reason === 'timeout' ? 'stage.timeout' : toIntermodalError(error).code);
      throw error;
    }
  };
}
