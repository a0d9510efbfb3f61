import { Inject, Injectable } from '@nestjs/common';
import { FINAL_JOB_STATES, showId, type JobView, type TaskState, type TaskView } from '@intermodal/contracts';
import {
  restoreSpilled,
  type ArtifactStore,
  type JobRecords,
  type JobRow,
  type TaskRow,
} from '@intermodal/pipeline';
import { JOBS, STORE } from '../parts.ts';
import { inTreeOrder } from './tree-order.ts';

/** `?tasks=true` shows no more. */
const TASKS_SHOWN = 1_000;

/** What one answer reads from the store, at most. Beyond it a value is shown as its artifact. */
const READ_MAX_BYTES = 8_000_000;

/** Rows, as people see them. */
@Injectable()
export class JobViews {
  readonly #jobs: JobRecords;
  readonly #store: ArtifactStore;

  constructor(@Inject(JOBS) jobs: JobRecords, @Inject(STORE) store: ArtifactStore) {
    this.#jobs = jobs;
    this.#store = store;
  }

  /** One job, whole. */
  async view(row: JobRow, options: { tasks: boolean; signal: AbortSignal }): Promise<JobView> {
    const final = FINAL_JOB_STATES.includes(row.state);
    const [warnings, waitingFor, tasks, output] = await Promise.all([
      this.#jobs.warnings(row.id),
      final ? [] : this.#jobs.unserved(row.id),
      options.tasks ? this.#jobs.tasks(row.id, TASKS_SHOWN) : undefined,
      this.#restored(row, READ_MAX_BYTES, options.signal),
    ]);
    return {
      ...fieldsOf(row),
      output: output as JobView['output'],
      warnings,
      waitingFor,
      ...(tasks && { tasks: inTreeOrder(tasks).map(taskView) }),
    };
  }

  /** One of many: without warnings, and with large values as the artifacts that hold them. */
  async line(row: JobRow, signal: AbortSignal): Promise<JobView> {
    const output = (await this.#restored(row, 0, signal)) as JobView['output'];
    return { ...fieldsOf(row), output, warnings: [], waitingFor: [] };
  }

  #restored(row: JobRow, maxBytes: number, signal: AbortSignal): Promise<unknown> {
    return restoreSpilled(row.output, { store: this.#store, maxBytes, signal });
  }
}

const fieldsOf = (row: JobRow) => ({
  id: showId('job', row.id),
  pipeline: row.pipeline,
  status: row.state,
  input: row.input,
  params: row.params,
  output: row.output,
  ...(row.error && { error: row.error }),
  metadata: row.metadata,
  ...(row.batchId !== null && { batch: showId('batch', row.batchId) }),
  ...(row.retryOf !== null && { retryOf: showId('job', row.retryOf) }),
  ...(row.retriedBy !== null && { retriedBy: showId('job', row.retriedBy) }),
  createdAt: row.createdAt.toISOString(),
  startedAt: row.startedAt?.toISOString() ?? null,
  finishedAt: row.finishedAt?.toISOString() ?? null,
});

/** Waiting for others and waiting for a worker are one thing to people. */
const shown = (state: TaskState): TaskView['status'] =>
  state === 'waiting' || state === 'ready' ? 'queued' : state;

function taskView(row: TaskRow): TaskView {
  const endMs = (row.finishedAt ?? (row.state === 'running' ? new Date() : null))?.getTime();
  const seconds = row.startedAt && endMs !== undefined ? (endMs - row.startedAt.getTime()) / 1000 : null;
  return {
    id: showId('task', row.id),
    path: row.path,
    stage: row.stage,
    status: shown(row.state),
    attempt: row.attempt,
    ...(row.kept && { kept: true as const }),
    progress: row.progress,
    ...(row.engine && { engine: row.engine }),
    ...(row.model && { model: row.model }),
    ...(row.device && { device: row.device }),
    seconds: seconds === null ? null : Math.max(0, seconds),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    ...(row.error && { error: row.error }),
  };
}
