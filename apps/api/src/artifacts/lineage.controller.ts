import { Controller, Inject, Req } from '@nestjs/common';
import { IntermodalError, parseId, showId, type Lineage } from '@intermodal/contracts';
import type { ArtifactRecords } from '@intermodal/pipeline';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import type { ApiRequest } from '../http/request.ts';
import { ARTIFACTS } from '../parts.ts';

/** Where a file comes from. */
@Controller()
export class LineageController {
  readonly #artifacts: ArtifactRecords;
  constructor(@Inject(ARTIFACTS) artifacts: ArtifactRecords) {
    this.#artifacts = artifacts;
  }

  @Operation('artifactLineage')
  async lineage(@Req() request: ApiRequest): Promise<Lineage> {
    const { path } = readRequest('artifactLineage', request);
    const uuid = parseId('artifact', path.id);
    const found = uuid && (await this.#artifacts.lineage(request.tenantId, uuid));
    if (!found) throw new IntermodalError('artifact.not_found', `There is no artifact ${path.id}.`);
    const { artifact, createdAt, from, task } = found;
    if (!task) return { artifact, createdAt: createdAt.toISOString(), madeBy: null, from: [] };
    const { id, jobId, engine, model, device, ...made } = task;
    return {
      ...{ artifact, createdAt: createdAt.toISOString(), from: [...from] },
      madeBy: {
        ...{ job: showId('job', jobId), task: showId('task', id), ...made },
        ...(engine !== null && { engine }),
        ...(model !== null && { model }),
        ...(device !== null && { device }),
      },
    };
  }
}
