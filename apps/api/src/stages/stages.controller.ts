import { Controller, Inject } from '@nestjs/common';
import { toJsonSchema, type StageList, type StageView } from '@intermodal/contracts';
import { ENGINE_PREFERENCES, type EnginePreferences } from '@intermodal/models';
import type { Stage, StageCatalogue } from '@intermodal/pipeline';
import { Operation } from '../http/operation.ts';
import { CATALOGUE } from '../parts.ts';

@Controller()
export class StagesController {
  readonly #stages: StageView[];

  constructor(@Inject(CATALOGUE) catalogue: StageCatalogue) {
    this.#stages = [...catalogue.values()].map(viewOf);
  }

  @Operation('listStages')
  list(): StageList {
    return { stages: this.#stages };
  }
}

const preferences: EnginePreferences = ENGINE_PREFERENCES;

const viewOf = (stage: Stage): StageView => ({
  name: stage.name,
  version: stage.version,
  pool: stage.pool,
  summary: stage.summary,
  input: toJsonSchema(stage.input),
  params: toJsonSchema(stage.params),
  output: toJsonSchema(stage.output, 'output'),
  needs: Object.values(stage.needs).map(({ name }) => name),
  engines: Object.fromEntries(
    Object.values(stage.needs).map(({ name }) => [name, [...(preferences[name] ?? [])]]),
  ),
});
