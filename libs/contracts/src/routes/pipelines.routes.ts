import { z } from 'zod';
import { PipelineList, PipelineView, StageList, Validation } from '../views.ts';
import { PipelineDocument } from '../pipeline-document.ts';
import type { Route } from './route.ts';

const document = {
  name: 'transcribe',
  version: 1,
  input: { audio: { media: 'audio/*' } },
  nodes: { heard: { stage: 'speech.transcribe@1', in: { audio: '$input.audio' } } },
  output: { text: '$heard.text' },
};

export const pipelineRoutes = {
  listPipelines: {
    method: 'GET',
    path: '/v1/pipelines',
    tag: 'pipelines',
    scope: 'pipelines:read',
    summary: 'Pipelines that can be run by name',
    answers: { 200: { summary: 'All', content: { 'application/json': { schema: PipelineList } } } },
    errors: [],
  },
  publishPipeline: {
    method: 'POST',
    path: '/v1/pipelines',
    tag: 'pipelines',
    scope: 'pipelines:write',
    summary: 'Publish a version of a pipeline, to be run and put into others by its name',
    description:
      'As JSON or YAML. Only you can run it. A published version never changes: the same content again is fine (200), another one is refused ' +
      '(409): raise `version`. Names of pipelines that are shipped are taken.',
    body: {
      'application/json': { schema: PipelineDocument, example: document },
      'application/yaml': {},
    },
    answers: {
      201: {
        summary: 'Published',
        content: { 'application/json': { schema: PipelineView } },
        headers: { Location: 'The address of this version' },
      },
      200: { summary: 'It was there already', content: { 'application/json': { schema: PipelineView } } },
    },
    errors: ['pipeline.invalid', 'pipeline.conflict', 'input.invalid', 'request.invalid', 'input.too_large'],
  },
  getPipeline: {
    method: 'GET',
    path: '/v1/pipelines/:name',
    tag: 'pipelines',
    scope: 'pipelines:read',
    summary: 'One pipeline: its document, and the JSON Schema of its inputs and params',
    pathParameters: z.object({
      name: z.string().max(100).describe('name for the latest version, or name@version'),
    }),
    answers: { 200: { summary: 'Found', content: { 'application/json': { schema: PipelineView } } } },
    errors: ['pipeline.unknown'],
  },
  validatePipeline: {
    method: 'POST',
    path: '/v1/pipelines/validate',
    tag: 'pipelines',
    scope: 'pipelines:read',
    summary: 'Check a pipeline document without running it',
    body: {
      'application/json': { schema: PipelineDocument, example: document },
      'application/yaml': {},
    },
    answers: {
      200: {
        summary: 'What was found; `valid` says whether it can run',
        content: {
          'application/json': {
            schema: Validation,
            example: {
              valid: false,
              errors: [{ path: 'nodes.heard.in.audio', message: 'There is no input port `audoi`.' }],
            },
          },
        },
      },
    },
    errors: ['request.invalid', 'input.too_large'],
  },
  listStages: {
    method: 'GET',
    path: '/v1/stages',
    tag: 'stages',
    scope: 'pipelines:read',
    summary: 'Stages that pipelines may use',
    answers: { 200: { summary: 'All', content: { 'application/json': { schema: StageList } } } },
    errors: [],
  },
} as const satisfies Record<string, Route>;
