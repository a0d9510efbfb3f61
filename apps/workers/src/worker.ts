import {
  Admission,
  NO_METRICS,
  engineOf,
  itemsTogether,
  type ArtifactStore,
  type ClaimedTask,
  type Metrics,
  type OpenedThere,
  type Stage,
  type StageCatalogue,
  type Taker,
  type TaskQueue,
  type TaskRecords,
} from '@intermodal/pipeline';
import type { Chosen } from '@intermodal/models';
import type { Tracing } from '@intermodal/telemetry';
import type { Logger } from 'pino';
import { Appetite } from './appetite.ts';
import { ArtifactCache } from './artifact-cache.ts';
import { claimer } from './claim.ts';
import { isAlive } from './is-alive.ts';
import { Leases } from './leases.ts';
import { countedEngines } from './metrics/counted-engines.ts';
import { countedRecords } from './metrics/counted-records.ts';
import { measuredRun } from './metrics/measured-run.ts';
import { MicroBatches, type MicroBatch } from './micro-batches.ts';
import { Rounds } from './rounds.ts';
import { runTask } from './run-task.ts';
import { Scratch } from './scratch.ts';
import { settler } from './settle.ts';
import { Slots } from './slots.ts';
import { StoreOwnership } from './store-ownership.ts';
import { Sweeper } from './sweeper.ts';
import { Takings } from './takings.ts';
import { Tellings } from './tellings.ts';
import { TaskHandler } from './task-handler.ts';
import { tidyUp, type UpkeepOptions } from './upkeep.ts';
import type { WebhookDispatcher } from './webhook-dispatcher.ts';

/** Tidying up is for nobody to wait for. */
const TIDY_MS = 2_000;

export interface WorkerOptions {
  /** A uuid of this process. */
  readonly id: string;
  readonly pool: string;
  /** The stages this process serves; all of its pool. */
  readonly stages: StageCatalogue;
  readonly records: TaskRecords;
  readonly queue: TaskQueue;
  readonly store: ArtifactStore;
  readonly resolveNeeds: (needs: Stage['needs']) => Promise<Record<string, Chosen>>;
  /** What serves each capability, for the worker's row. */
  readonly engines: Readonly<Record<string, OpenedThere>>;
  readonly scratchFolder: string;
  readonly cacheFolder: string;
  readonly cacheMaxBytes: number;
  readonly slots: number;
  /** What it took is handed back when no slot becomes free for so long; 30 s when left out. */
  readonly patienceMs?: number | undefined;
  readonly heartbeatMs: number;
  readonly sweepMs: number;
  /** As the records have it. */
  readonly leaseMs: number;
  readonly drainMs: number;
  /** What is kept how long. */
  readonly upkeep: Pick<UpkeepOptions, 'records' | 'keepFinishedMs' | 'keepAuditMs' | 'orphanAgeMs'>;
  /** Tells webhooks; left out where there is no key to sign with. */
  readonly dispatcher?: WebhookDispatcher;
  readonly processId: number;
  readonly tracing: Tracing;
  /** Left out: nothing is counted. */
  readonly metrics?: Metrics;
  /** What this machine or container is called. */
  readonly host: string;
  readonly log: Logger;
}

export interface RunningWorker {
  /** Takes nothing new, lets running tasks end within the drain time, hands the rest back. */
  drain(): Promise<void>;
}

/** Joins queue, records, store and stages into one process of a pool. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { queue, tracing, log, metrics = NO_METRICS } = options;
  const takings = new Takings();
  const records = countedRecords(takings.through(options.records), metrics);
  const worker = {
    id: options.id,
    pool: options.pool,
    stages: [...options.stages.keys()],
    slots: options.slots,
    engines: options.engines,
    host: options.host,
  };
  const scratch = new Scratch(options.scratchFolder, options.processId, worker.id);
  await scratch.clean(isAlive);
  const cache = new ArtifactCache(options.cacheFolder, options.store, options.cacheMaxBytes, (outcome) =>
    metrics.count('intermodal_artifact_cache_total', { outcome }),
  );
  const slots = new Slots(options.slots, {
    patienceMs: options.patienceMs,
    onMove: () => appetite.moved(),
  });
  const appetite: Appetite = new Appetite(options.slots, worker.stages, {
    isStuck: () => slots.isStuck,
    together: new Map(
      [...options.stages].map(([key, stage]) => [
        key,
        itemsTogether(stage, engineOf(stage, options.engines)),
      ]),
    ),
    onHunger: (stage) => void admission.refill(stage),
  });
  const leases = new Leases(records, worker, {
    intervalMs: options.heartbeatMs,
    pace: () => appetite.means(),
    takings,
    onPutBack: (stages) => void admission.open(stages),
    log,
  });
  let draining = false;
  const takerOf = (room: Taker['room']) => (draining ? undefined : { workerId: worker.id, room });
  const accept = (tasks: readonly ClaimedTask[]): void => handler.accept(tasks);
  const admission = new Admission({
    records,
    queue,
    worker: { taker: () => takerOf(appetite.wants()), accept },
    onFailure: (error, stage) => log.warn({ err: error, stage }, 'tasks could not be sent'),
  });
  const claim = claimer(async (ids) => {
    const { tasks, waiting } = await records.claim(ids, worker.id);
    void admission.open(waiting);
    return tasks;
  });
  const batches = new MicroBatches(tracing, (call) => {
    log.debug(call, 'micro-batch');
    observeBatch(metrics, call);
  });
  const runner = {
    ...options,
    resolveNeeds: countedEngines(options.resolveNeeds, metrics),
    ...{ catalogue: options.stages, cache, scratch, batches },
  };
  const settle = settler({
    ...{ records, queue, admission, accept, log },
    taker: () => takerOf(appetite.room()),
  });
  const tellings = new Tellings(queue, log);
  const handler = new TaskHandler({
    slots,
    appetite,
    leases,
    claim,
    begin: ({ id, token }) => records.begin(id, token),
    settle,
    telling: (task) => tellings.of(task),
    run: measuredRun((task, control) => runTask(task, runner, control), metrics),
    tracing,
    log,
  });
  const sweeper = new Sweeper({ ...{ records, queue, admission, log }, leaseMs: options.leaseMs });
  const { store, upkeep } = options;
  const ownership = new StoreOwnership({ records: upkeep.records, store, log });
  const rounds = [
    new Rounds(() => sweeper.sweep(), options.sweepMs),
    new Rounds(() => tidyUp({ ...upkeep, store, ownership, log }), Math.max(options.sweepMs, TIDY_MS)),
  ];
  metrics.readings('tasks', ['intermodal_slots'], () => [['intermodal_slots', {}, options.slots]]);
  await leases.start();
  const consumer = await queue.consume(worker.stages, (delivery) => handler.handle(delivery), {
    concurrency: options.slots,
  });
  for (const round of rounds) round.start();
  options.dispatcher?.start();
  log.info({ workerId: worker.id, pool: options.pool, stages: worker.stages }, 'worker is ready');

  return {
    async drain() {
      log.info({ running: leases.count }, 'draining');
      draining = true;
      handler.drain();
      await Promise.all(rounds.map((round) => round.stop()));
      await options.dispatcher?.stop();
      const timer = setTimeout(() => leases.abortAll('drain'), options.drainMs);
      await consumer.close();
      // It may still bring tasks that it took before.
      await admission.settled();
      await handler.idle();
      await tellings.close();
      clearTimeout(timer);
      await leases.stop();
      // What the last settlements made ready is let in for others.
      await admission.settled();
      await scratch.remove();
      await records
        .leave(worker.id)
        .catch((error: unknown) => log.warn({ err: error }, 'could not say goodbye'));
    },
  };
}

function observeBatch(metrics: Metrics, { stage, model, items, waitedMs }: MicroBatch): void {
  metrics.observe('intermodal_micro_batch_items', { stage, model }, items);
  metrics.observe('intermodal_micro_batch_wait_seconds', { stage, model }, waitedMs / 1_000);
}
