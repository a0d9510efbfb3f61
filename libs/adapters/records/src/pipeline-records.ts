import { IntermodalError, type PipelineDocument } from '@intermodal/contracts';
import type { PipelineRecords } from '@intermodal/pipeline';
import type { Database } from './database.ts';
import { storePlan } from './plan-rows.ts';

export function pipelineRecords(database: Database): PipelineRecords {
  return {
    async publish(tenantId, plan) {
      const { name, version } = plan.document;
      return database.transaction(async (query) => {
        await storePlan(query, plan);
        const added = await query(
          'pipeline_publish',
          'INSERT INTO published_pipeline (tenant_id, name, version, graph) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1',
          [tenantId, name, version, plan.sha256],
        );
        const [row] = await query<{ graph: string }>(
          'pipeline_published',
          'SELECT graph FROM published_pipeline WHERE tenant_id IS NOT DISTINCT FROM $1 AND name = $2 AND version = $3',
          [tenantId, name, version],
        );
        if (row!.graph !== plan.sha256)
          throw new IntermodalError(
            'pipeline.conflict',
            `${name}@${version} is published with another content: a published version never changes, raise 'version'.`,
          );
        return added.length > 0;
      });
    },
    async published(tenantId, name) {
      const rows = await database.query<{ document: PipelineDocument }>(
        'pipelines_of_tenant',
        `SELECT g.document FROM published_pipeline p JOIN graph g ON g.sha256 = p.graph
         WHERE p.tenant_id = $1 AND ($2::text IS NULL OR p.name = $2) ORDER BY p.name, p.version`,
        [tenantId, name ?? null],
      );
      return rows.map(({ document }) => document);
    },
  };
}
