import type { ServedModelList } from '@intermodal/contracts';
import type { LiveWorker } from '@intermodal/pipeline';

type ServedModel = ServedModelList['models'][number];

/** Each model on each kind of device, with all that it is used for. */
export function servedModels(workers: readonly LiveWorker[]): ServedModel[] {
  const found = new Map<string, { view: ServedModel; workers: Set<string> }>();
  for (const { id, pool, engines } of workers)
    for (const [capability, opened] of Object.entries(engines)) {
      if ('unavailable' in opened || opened.model === undefined) continue;
      const { model, engine, device } = opened;
      const key = JSON.stringify([model, engine, device]);
      const entry = found.get(key) ?? {
        view: { model, engine, device, capabilities: [], pools: [], workers: 0 },
        workers: new Set(),
      };
      found.set(key, {
        view: {
          ...entry.view,
          capabilities: [...new Set([...entry.view.capabilities, capability])].sort(),
          pools: [...new Set([...entry.view.pools, pool])].sort(),
        },
        workers: entry.workers.add(id),
      });
    }
  return [...found.values()]
    .map(({ view, workers: by }) => ({ ...view, workers: by.size }))
    .sort((a, b) => a.model.localeCompare(b.model));
}
