import type { PoolBacklog } from '@intermodal/contracts';
import {
  engineOf,
  itemsTogether,
  stageKey,
  type LiveWorker,
  type PoolRecords,
  type Stage,
  type StageCatalogue,
} from '@intermodal/pipeline';
import { poolBacklog } from './pool-backlog.ts';
import { poolsOfStages } from './pool-views.ts';

/** Waiting tasks of a stage are counted up to here; beyond it they are estimated. */
const COUNTED_MOST = 10_000;
/** As a worker has them when nobody says otherwise: INTERMODAL_SLOTS. */
const SLOTS = 2;

export interface BacklogAsked {
  readonly pool: string;
  /** In which time the work is to be done. */
  readonly targetSeconds: number;
  /** Left out: as the workers there are have it, or 2. */
  readonly slotsPerWorker?: number | undefined;
}

/**
 * @returns undefined when there is no such pool
 * @throws IntermodalError `store.unavailable` when it cannot be known
 */
export async function readBacklog(
  records: PoolRecords,
  catalogue: StageCatalogue,
  { pool, targetSeconds, slotsPerWorker }: BacklogAsked,
): Promise<PoolBacklog | undefined> {
  const all = await records.workers();
  const workers = all.filter((worker) => worker.pool === pool);
  const stages = [...poolsOfStages(all, catalogue)].flatMap(([stage, of]) => (of === pool ? [stage] : []));
  if (stages.length === 0 && workers.length === 0) return undefined;
  const slots = workers.reduce((total, worker) => total + worker.slots, 0);
  const each = slotsPerWorker ?? (workers.length === 0 ? SLOTS : slots / workers.length);
  return poolBacklog(
    {
      ...{ pool, workers: workers.length, slots, targetSeconds, slotsPerWorker: each },
      together: new Map(stages.map((stage) => [stage, togetherIn(workers, catalogue.get(stage))])),
    },
    await records.backlog(stages.sort(), COUNTED_MOST),
  );
}

/** Where the workers that serve a stage have several engines for it, as the slowest of them does. */
function togetherIn(workers: readonly LiveWorker[], stage: Stage | undefined): number {
  if (!stage) return 0;
  const serving = workers.filter(({ stages }) => stages.includes(stageKey(stage)));
  const engines = serving.length > 0 ? serving.map((worker) => engineOf(stage, worker.engines)) : [undefined];
  return Math.min(...engines.map((engine) => itemsTogether(stage, engine)));
}
