import type { PoolBacklog } from '@intermodal/contracts';
import type { StageBacklog } from '@intermodal/pipeline';

/** A task of a stage that nobody has timed yet is taken to last so long. The first one that is done tells better. */
export const UNTIMED_MS = 5_000;

export interface BacklogQuestion {
  readonly pool: string;
  readonly workers: number;
  readonly slots: number;
  /** In which time the work is to be done. */
  readonly targetSeconds: number;
  /** Tasks that a worker of the pool runs at a time. */
  readonly slotsPerWorker: number;
  /** By stage: tasks that a worker puts through a model together, at most. */
  readonly together: ReadonlyMap<string, number>;
}

/**
 * How many workers a pool should have (decision 0033). A task occupies one slot, so however long it is it asks for no more than
 * a slot for the whole of the target time: many workers do one long task no sooner.
 */
export function poolBacklog(
  { together, ...question }: BacklogQuestion,
  backlog: readonly StageBacklog[],
): PoolBacklog {
  const targetMs = question.targetSeconds * 1_000;
  const stages = backlog.map((stage) => ({ ...stage, ...workOf(stage, targetMs) }));
  const workerMs = stages.map(
    ({ stage, slotMs }) => slotMs / Math.max(question.slotsPerWorker, 2 * (together.get(stage) ?? 0)),
  );
  return {
    pool: question.pool,
    running: sum(stages.map(({ running }) => running)),
    waiting: sum(stages.map(waitingOf)),
    waitingIsEstimate: stages.some(({ estimated }) => estimated),
    later: sum(stages.map(({ later }) => later)),
    workers: question.workers,
    slots: question.slots,
    estimatedSeconds: Math.round(sum(stages.map(({ allMs }) => allMs))) / 1_000,
    targetSeconds: question.targetSeconds,
    slotsPerWorker: question.slotsPerWorker,
    // Sums of many are not exact: a hair above a whole number is that number.
    desiredWorkers: Math.max(0, Math.ceil(sum(workerMs) / targetMs - 1e-9)),
    stages: stages.map((stage) => ({
      ...{ stage: stage.stage, running: stage.running, waiting: waitingOf(stage), later: stage.later },
      ...{ meanSeconds: Math.round(stage.taskMs) / 1_000, measured: stage.meanMs !== null },
    })),
  };
}

const waitingOf = ({ open, limited }: StageBacklog): number =>
  open + sum(limited.map(({ waiting }) => waiting));

function workOf(
  { meanMs, runningMs, running, later, open, limited }: StageBacklog,
  targetMs: number,
): { taskMs: number; allMs: number; slotMs: number } {
  // Those that run have proven that they last so long.
  const taskMs = Math.max(meanMs ?? UNTIMED_MS, runningMs ?? 0);
  const tasks = running + later + open;
  const inTime = Math.min(taskMs, targetMs);
  // A tenant that may run three more tasks occupies three slots, however many it has waiting.
  const ofLimited = (most: number, each: number): number =>
    sum(limited.map(({ waiting, free }) => Math.min(waiting * each, free * most)));
  return {
    taskMs,
    allMs: tasks * taskMs + ofLimited(Math.max(targetMs, taskMs), taskMs),
    slotMs: tasks * inTime + ofLimited(targetMs, inTime),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
