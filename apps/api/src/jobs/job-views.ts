import { Inject, Injectable } from '@nestjs/common';
import { FINAL_JOB_STATES, showId, type JobView, type TaskState, type TaskView } from '@intermodal/contracts';
import type { ArtifactStore, JobRecords, JobRow, TaskRow } from '@intermodal/pipeline';
import { JOBS, STORE } from '../parts.ts';
import { restoreSpilled } from './spilled.ts';

/** `?tasks=true` shows no more. */
const TASKS_SHOWN = 1_000;

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
      restoreSpilled(row.output, this.#store, options.signal),
    ]);
    return {
      ...fieldsOf(row),
      output: output as JobView['output'],
      warnings,
      waitingFor,
      ...(tasks && { tasks: tasks.map(taskView) }),
    };
  }

  /** One of many: without warnings, and with large values as the artifacts that hold them. */
  async line(row: JobRow, signal: AbortSignal): Promise<JobView> {
    const output = (await restoreSpilled(row.output, undefined, signal)) as JobView['output'];
    return { ...fieldsOf(row), output, warnings: [], waitingFor: [] };
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
    progress: row.progress,
    ...(row.engine !== undefined && { engine: row.engine }),
    ...(row.model !== undefined && { model: row.model }),
    ...(row.device !== undefined && { device: row.device }),
    seconds: seconds === null ? null : Math.max(0, seconds),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    ...(row.error && { error: row.error }),
  };
}
