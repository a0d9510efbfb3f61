import type { PipelineDocument } from '@intermodal/contracts';
import type { StageCatalogue } from '@intermodal/pipeline';

/** How long a task of a pool may take: by its stages, and by the nodes of shipped pipelines that say otherwise. */
export function longestTaskMs(
  pool: string,
  stages: StageCatalogue,
  documents: readonly PipelineDocument[],
): number {
  const ofPool = [...stages].filter(([, stage]) => stage.pool === pool);
  const keys = new Set(ofPool.map(([key]) => key));
  return Math.max(
    0,
    ...ofPool.map(([, { limits }]) => limits.timeoutMs),
    ...documents.flatMap(({ nodes }) => timeouts(nodes, keys)),
  );
}

function timeouts(nodes: PipelineDocument['nodes'], stages: ReadonlySet<string>): number[] {
  return Object.values(nodes).flatMap((node) => {
    if ('nodes' in node) return timeouts(node.nodes, stages);
    return 'stage' in node && stages.has(node.stage) && node.timeoutMs !== undefined ? [node.timeoutMs] : [];
  });
}
