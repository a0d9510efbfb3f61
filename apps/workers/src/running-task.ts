import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClaimedTask } from '@intermodal/pipeline';
import type { EngineLog } from '@intermodal/models';

/** As the log names a task. */
export interface RunningTask {
  readonly jobId: string;
  readonly taskId: string;
  /** Its path in the job. */
  readonly node: string;
  readonly stage: string;
  readonly attempt: number;
}

export const fieldsOf = ({ jobId, id, path, stage, attempt }: ClaimedTask): RunningTask => ({
  ...{ jobId, taskId: id, node: path, stage, attempt },
});

const running = new AsyncLocalStorage<RunningTask>();

/** Whatever is done within `work`, however deep, is done for this task. */
export const duringTask = <Result>(task: RunningTask, work: () => Result): Result => running.run(task, work);

/** A log for what serves many tasks: its lines name the one that they are written for, where it is one. */
export const namingTask = (log: EngineLog): EngineLog => ({
  info: (fields, message) => log.info({ ...running.getStore(), ...fields }, message),
  warn: (fields, message) => log.warn({ ...running.getStore(), ...fields }, message),
});
