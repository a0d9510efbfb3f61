import { Controller, Inject } from '@nestjs/common';
import type { PoolList, ServedModelList } from '@intermodal/contracts';
import type { PoolRecords, StageCatalogue } from '@intermodal/pipeline';
import { Operation } from '../http/operation.ts';
import { CATALOGUE, POOLS } from '../parts.ts';
import { poolViews } from './pool-views.ts';
import { servedModels } from './served-models.ts';

@Controller()
export class PoolsController {
  readonly #pools: PoolRecords;
  readonly #catalogue: StageCatalogue;

  constructor(@Inject(POOLS) pools: PoolRecords, @Inject(CATALOGUE) catalogue: StageCatalogue) {
    this.#pools = pools;
    this.#catalogue = catalogue;
  }

  @Operation('listPools')
  async pools(): Promise<PoolList> {
    return { pools: await poolViews(this.#pools, this.#catalogue) };
  }

  @Operation('listModels')
  async models(): Promise<ServedModelList> {
    return { models: servedModels(await this.#pools.workers()) };
  }
}
