import { Controller, Inject, Req } from '@nestjs/common';
import { IntermodalError, type OpenAiModel } from '@intermodal/contracts';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import type { ApiRequest } from '../http/request.ts';
import { SHELF } from '../parts.ts';
import type { PipelineShelf } from '../pipelines/pipeline-shelf.ts';
import { OPENAI_PIPELINES } from './openai-jobs.ts';

/** They are as old as what they are part of, of which nobody keeps a date. */
const CREATED = 0;

@Controller()
export class OpenAiModelsController {
  readonly #shelf: PipelineShelf;
  constructor(@Inject(SHELF) shelf: PipelineShelf) {
    this.#shelf = shelf;
  }

  @Operation('openAiModels')
  list(): { object: 'list'; data: OpenAiModel[] } {
    return { object: 'list', data: this.#models() };
  }

  @Operation('openAiModel')
  get(@Req() request: ApiRequest): OpenAiModel {
    const { path } = readRequest('openAiModel', request);
    const models = this.#models();
    const found = models.find(({ id }) => id === path.model);
    if (found) return found;
    const names = models.map(({ id }) => id).join(', ');
    throw new IntermodalError('pipeline.unknown', `There is no model '${path.model}'; there are ${names}.`, {
      details: [{ path: 'path.model', message: `expected one of ${names}` }],
    });
  }

  #models(): OpenAiModel[] {
    return OPENAI_PIPELINES.filter((name) => this.#shelf.versionsOf(name).length > 0).map((id) => ({
      id,
      object: 'model',
      created: CREATED,
      owned_by: 'intermodal',
    }));
  }
}
