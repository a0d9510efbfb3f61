import { IntermodalError } from '@intermodal/contracts';
import type { PipelineRecords } from '@intermodal/pipeline';
import type { Database } from './database.ts';
import { storePlan } from './plan-rows.ts';

export function pipelineRecords(database: Database): PipelineRecords {
  return {
    async publish(tenantId, plan) {
      const { name, version } = plan.document;
      await database.transaction(async (query) => {
        await storePlan(query, plan);
        await query(
          'pipeline_publish',
          'INSERT INTO published_pipeline (tenant_id, name, version, graph) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
          [tenantId, name, version, plan.sha256],
        );
        const [row] = await query<{ graph: string }>(
          'pipeline_published',
          'SELECT graph FROM published_pipeline WHERE tenant_id IS NOT DISTINCT FROM $1 AND name = $2 AND version = $3',
          [tenantId, name, version],
        );
        if (row!.graph !== plan.sha256)
          throw new IntermodalError(
            'pipeline.invalid',
            `${name}@${version} is published with another content: a published version never changes, raise 'version'.`,
          );
      });
    },
  };
}
