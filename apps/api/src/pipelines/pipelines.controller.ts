import { Controller, Inject, Req, Res } from '@nestjs/common';
import {
  ERRORS,
  IntermodalError,
  type PipelineList,
  type PipelineView,
  type Validation,
  type ValidationFault,
} from '@intermodal/contracts';
import { pipelineKey } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import { parse, YAMLError } from 'yaml';
import { assertStorable, contentType, readText } from '../http/body.ts';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import type { ApiRequest } from '../http/request.ts';
import { Pipelines } from './pipelines.ts';
import { summaryOf, viewOf } from './pipeline-view.ts';
import { refuseDeepYaml } from './yaml-depth.ts';

@Controller()
export class PipelinesController {
  readonly #pipelines: Pipelines;
  constructor(@Inject(Pipelines) pipelines: Pipelines) {
    this.#pipelines = pipelines;
  }

  @Operation('listPipelines')
  async list(@Req() request: ApiRequest): Promise<PipelineList> {
    return { pipelines: (await this.#pipelines.latest(request.tenantId)).map(summaryOf) };
  }

  @Operation('publishPipeline')
  async publish(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PipelineView> {
    const document = documentOf(await readText(request), contentType(request));
    const { plan, created } = await this.#pipelines.publish(request.tenantId, document);
    const { versions } = await this.#pipelines.find(request.tenantId, plan.document.name);
    void reply.status(created ? 201 : 200).header('location', `/v1/pipelines/${pipelineKey(plan.document)}`);
    return viewOf(plan, versions);
  }

  @Operation('getPipeline')
  async get(@Req() request: ApiRequest): Promise<PipelineView> {
    const { path } = readRequest('getPipeline', request);
    const { plan, versions } = await this.#pipelines.find(request.tenantId, path.name);
    return viewOf(plan, versions);
  }

  @Operation('validatePipeline')
  async validate(@Req() request: ApiRequest): Promise<Validation> {
    const document = documentOf(await readText(request), contentType(request));
    const errors = await this.#faultsOf(request.tenantId, document);
    return { valid: errors.length === 0, errors };
  }

  async #faultsOf(tenantId: string, document: unknown): Promise<ValidationFault[]> {
    try {
      await this.#pipelines.compile(tenantId, document);
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
