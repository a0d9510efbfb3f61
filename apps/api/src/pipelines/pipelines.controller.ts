import { Controller, Inject, Req } from '@nestjs/common';
import {
  ERRORS,
  IntermodalError,
  type PipelineList,
  type PipelineView,
  type Validation,
  type ValidationFault,
} from '@intermodal/contracts';
import { compile, type StageCatalogue } from '@intermodal/pipeline';
import { parse, YAMLError } from 'yaml';
import { assertStorable, contentType, readText } from '../http/body.ts';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import type { ApiRequest } from '../http/request.ts';
import { CATALOGUE, SHELF } from '../parts.ts';
import type { PipelineShelf } from './pipeline-shelf.ts';
import { summaryOf, viewOf } from './pipeline-view.ts';
import { refuseDeepYaml } from './yaml-depth.ts';

@Controller()
export class PipelinesController {
  readonly #shelf: PipelineShelf;
  readonly #catalogue: StageCatalogue;

  constructor(@Inject(SHELF) shelf: PipelineShelf, @Inject(CATALOGUE) catalogue: StageCatalogue) {
    this.#shelf = shelf;
    this.#catalogue = catalogue;
  }

  @Operation('listPipelines')
  list(): PipelineList {
    return { pipelines: this.#shelf.latest().map(summaryOf) };
  }

  @Operation('getPipeline')
  get(@Req() request: ApiRequest): PipelineView {
    const { path } = readRequest('getPipeline', request);
    const plan = this.#shelf.find(path.name);
    return viewOf(plan, this.#shelf.versionsOf(plan.document.name));
  }

  @Operation('validatePipeline')
  async validate(@Req() request: ApiRequest): Promise<Validation> {
    const errors = this.#faultsOf(documentOf(await readText(request), contentType(request)));
    return { valid: errors.length === 0, errors };
  }

  #faultsOf(document: unknown): ValidationFault[] {
    try {
      compile(document, this.#catalogue, this.#shelf.published);
      return [];
    } catch (error) {
      if (!(error instanceof IntermodalError) || ERRORS[error.code].kind !== 'user') throw error;
      return Array.isArray(error.details)
        ? (error.details as ValidationFault[])
        : [{ path: 'document', message: error.message }];
    }
  }
}

/** JSON is YAML, and YAML's messages name the line. Few aliases, lest a small text becomes a huge value. */
function documentOf(text: string, mediaType: string): unknown {
  if (text.trim() === '')
    throw new IntermodalError('request.invalid', 'The body is empty; send a document as JSON or YAML.');
  try {
    if (mediaType !== 'application/json') refuseDeepYaml(text);
    const value: unknown =
      mediaType === 'application/json' ? JSON.parse(text) : parse(text, { maxAliasCount: 20 });
    assertStorable(value);
    return value;
  } catch (error) {
    if (error instanceof IntermodalError) throw error;
    if (!(error instanceof YAMLError || error instanceof SyntaxError || error instanceof ReferenceError))
      throw error;
    throw new IntermodalError(
      'request.invalid',
      `The document cannot be read: ${error.message.split('\n')[0]}`,
    );
  }
}
