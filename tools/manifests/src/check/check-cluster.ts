import type { PipelineDocument } from '@intermodal/contracts';
import type { StageCatalogue } from '@intermodal/pipeline';
import { api } from './api.ts';
import { Cluster, type Resource } from './cluster.ts';
import { poolsOf } from './pools.ts';
import { rights } from './rights.ts';
import { schemas } from './schemas.ts';
import { settings } from './settings.ts';

/** Everything that is wrong with what would be put on a cluster, one sentence for each. */
export function checkCluster(
  resources: readonly Resource[],
  { stages, documents }: { readonly stages: StageCatalogue; readonly documents: readonly PipelineDocument[] },
): string[] {
  const cluster = new Cluster(resources);
  return [schemas, settings, api, poolsOf(stages, documents), rights].flatMap((check) => check(cluster));
}
