import type { PoolView } from '@intermodal/contracts';
import type { LiveWorker, PoolRecords, StageBacklog, StageCatalogue } from '@intermodal/pipeline';

/** Ready tasks of a stage are counted up to here. */
const COUNTED_MOST = 10_000;

/** Every pool that some stage belongs to, or some worker serves. */
export async function poolViews(records: PoolRecords, catalogue: StageCatalogue): Promise<PoolView[]> {
  const workers = await records.workers();
  const poolOf = poolsOfStages(workers, catalogue);
  const backlog = await records.backlog([...poolOf.keys()].sort(), COUNTED_MOST);
  return [...new Set([...poolOf.values(), ...workers.map(({ pool }) => pool)])].sort().map((name) =>
    poolView(
      name,
      workers.filter(({ pool }) => pool === name),
      backlog.filter(({ stage }) => poolOf.get(stage) === name),
    ),
  );
}

/** By stage, its pool: also of stages of another version, which some worker serves. */
export const poolsOfStages = (
  workers: readonly LiveWorker[],
  catalogue: StageCatalogue,
): ReadonlyMap<string, string> =>
  new Map([
    ...workers.flatMap(({ pool, stages }) => stages.map((stage) => [stage, pool] as const)),
    ...[...catalogue].map(([stage, { pool }]) => [stage, pool as string] as const),
  ]);

function poolView(name: string, workers: readonly LiveWorker[], backlog: readonly StageBacklog[]): PoolView {
  const slots = sum(workers.map((worker) => worker.slots));
  const served = new Set(workers.flatMap(({ stages }) => stages));
  return {
    name,
    workers: workers.length,
    slots,
    running: sum(backlog.map(({ running }) => running)),
    waiting: sum(backlog.map(({ waiting }) => waiting)),
    waitingIsAtLeast: backlog.some(({ waiting }) => waiting >= COUNTED_MOST),
    later: sum(backlog.map(({ later }) => later)),
    estimatedSeconds: estimatedSeconds(backlog, slots),
    stages: backlog.map(({ stage, running, waiting, later, meanMs }) => ({
      ...{ stage, served: served.has(stage), running, waiting, later },
      meanSeconds: meanMs === null ? null : meanMs / 1_000,
    })),
    engines: enginesOf(workers),
  };
}

/** Of a stage that nobody has timed, or with nobody to do it, nothing can be said: unknown is not zero. */
export function estimatedSeconds(
  backlog: readonly Pick<StageBacklog, 'waiting' | 'running' | 'meanMs'>[],
  slots: number,
): number | null {
  let ms = 0;
  for (const { waiting, running, meanMs } of backlog) {
    if (waiting + running === 0) continue;
    if (meanMs === null || slots === 0) return null;
    ms += (waiting + running) * meanMs;
  }
  return Math.round(ms / Math.max(slots, 1)) / 1_000;
}

/** Each different thing that was opened, once. */
function enginesOf(workers: readonly LiveWorker[]): PoolView['engines'] {
  const seen = new Map<string, PoolView['engines'][number]>();
  for (const { engines } of workers)
    for (const [capability, opened] of Object.entries(engines)) {
      const view =
        'unavailable' in opened
          ? { capability, engine: null, model: null, device: null, unavailable: opened.unavailable }
          : {
              ...{ capability, engine: opened.engine, model: opened.model ?? null },
              ...{ device: opened.device, unavailable: null },
            };
      seen.set(JSON.stringify(view), view);
    }
  return [...seen.values()].sort((a, b) => a.capability.localeCompare(b.capability));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
