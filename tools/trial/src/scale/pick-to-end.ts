/** A pod that may have to go. */
export interface Candidate {
  readonly name: string;
  readonly isReady: boolean;
  readonly deletionCost: number;
  readonly readySinceMs: number;
}

/**
 * Which pods a ReplicaSet ends when it has too many: those that are not ready, then those that cost least, then those that became
 * ready last (`ActivePodsWithRanks` in Kubernetes' controller; all are on one machine here).
 */
export const pickToEnd = <One extends Candidate>(pods: readonly One[], count: number): One[] =>
  [...pods]
    .sort(
      (a, b) =>
        Number(a.isReady) - Number(b.isReady) ||
        a.deletionCost - b.deletionCost ||
        b.readySinceMs - a.readySinceMs,
    )
    .slice(0, count);
