import type { Pod } from '@intermodal/kubernetes';
import type { LiveWorker } from '@intermodal/pipeline';

/** Idle workers go first. Two values only, so that a pod is written when it turns from one to the other, and not for every task. */
const IDLE = 0;
const BUSY = 1;

export interface CostChange {
  readonly pod: string;
  readonly cost: number;
}

/**
 * What is to be written on which pods (decision 0034). Nothing in a pool where all are busy, or all are idle: there it does not
 * matter which one goes. A pod whose worker nobody has seen yet has nothing to lose.
 * @param poolLabel names the pool of a pod
 */
export function deletionCosts(
  pods: readonly Pod[],
  workers: readonly Pick<LiveWorker, 'host' | 'running'>[],
  poolLabel: string,
): CostChange[] {
  const running = new Map<string, number>();
  for (const { host, running: tasks } of workers)
    if (host !== null) running.set(host, (running.get(host) ?? 0) + tasks);
  const isBusy = ({ name }: Pod): boolean => (running.get(name) ?? 0) > 0;
  const staying = pods.filter(({ isEnding }) => !isEnding);
  return [...Map.groupBy(staying, ({ labels }) => labels[poolLabel])].flatMap(([, ofPool]) => {
    if (new Set(ofPool.map(isBusy)).size < 2) return [];
    return ofPool
      .map((pod) => ({ pod, cost: isBusy(pod) ? BUSY : IDLE }))
      .filter(({ pod, cost }) => pod.deletionCost !== cost)
      .map(({ pod, cost }) => ({ pod: pod.name, cost }));
  });
}
