import { z } from 'zod';
import { ChatRequest, EmbeddingsRequest, OPENAI_BASE, OpenAiModel, SpeechRequest } from '../openai.ts';
import type { ErrorCode } from '../error.ts';
import type { Route } from './route.ts';

const OF_A_JOB = [
  'input.invalid',
  'input.absent',
  'input.too_large',
  'pipeline.unknown',
  'request.invalid',
  'quota.open_jobs',
  'media.unreadable',
  'media.unsupported',
  'media.limit',
  'language.unsupported',
  'engine.unavailable',
  'engine.unreachable',
  'stage.timeout',
  'stage.crashed',
  'job.cancelled',
] as const satisfies readonly ErrorCode[];

const json = { 'application/json': { schema: z.record(z.string(), z.unknown()) } };
const AS_OPENAI =
  'As OpenAI’s, for its clients: give them this API’s address with /openai/v1 as base URL, and a key of this API. Each call is a job of a ' +
  'shipped pipeline, whose name is the model; who goes away cancels it. Errors have OpenAI’s form.';
const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 };

export const openAiRoutes = {
  openAiChat: {
    method: 'POST',
    scope: 'jobs:write',
    spends: ['compute', 'storage'],
    path: `${OPENAI_BASE}/chat/completions`,
    tag: 'openai',
    summary: 'Go on with a conversation',
    description: `${AS_OPENAI} One picture may stand in the last message, as a data: URL. No tools, no more than one choice.`,
    body: {
      'application/json': {
        schema: ChatRequest,
        example: { model: 'chat', messages: [{ role: 'user', content: 'Good morning!' }] },
      },
    },
    answers: {
      200: {
        summary: 'The answer; with `stream` its pieces',
        content: {
          'application/json': {
            ...json['application/json'],
            example: {
              id: 'chatcmpl-01kb5y7k2wf1x8m3q4z9n6t0vc',
              object: 'chat.completion',
              created: 1764244800,
              model: 'chat',
              choices: [
                {
                  index: 0,
                  message: { role: 'assistant', content: 'Good morning.', refusal: null },
                  finish_reason: 'stop',
                  logprobs: null,
                },
              ],
              usage,
            },
          },
          'text/event-stream': {},
        },
      },
    },
    errors: OF_A_JOB,
  },
  openAiEmbeddings: {
    method: 'POST',
    scope: 'jobs:write',
    spends: ['compute'],
    path: `${OPENAI_BASE}/embeddings`,
    tag: 'openai',
    summary: 'Turn texts into vectors',
    description: AS_OPENAI,
    body: {
      'application/json': {
        schema: EmbeddingsRequest,
        example: { model: 'text-embedding', input: ['Good morning!'] },
      },
    },
    answers: { 200: { summary: 'A vector for each text', content: json } },
    errors: OF_A_JOB,
  },
  openAiTranscriptions: {
    method: 'POST',
    scope: 'jobs:write',
    spends: ['compute', 'storage'],
    path: `${OPENAI_BASE}/audio/transcriptions`,
    tag: 'openai',
    summary: 'Write down what is said in a recording',
    description:
      `${AS_OPENAI} A form: file, model, language, response_format (json, text, srt, vtt, verbose_json), ` +
      'timestamp_granularities[] (segment, word), stream.',
    body: { 'multipart/form-data': { schema: z.looseObject({ model: z.string() }) } },
    answers: {
      200: {
        summary: 'In the format that was asked for',
        content: {
          ...json,
          'text/plain': {},
          'text/vtt': {},
          'application/x-subrip': {},
          'text/event-stream': {},
        },
      },
    },
    errors: OF_A_JOB,
  },
  openAiTranslations: {
    method: 'POST',
    scope: 'jobs:write',
    spends: ['compute', 'storage'],
    path: `${OPENAI_BASE}/audio/translations`,
    tag: 'openai',
    summary: 'Write down in English what is said in a recording',
    description: `${AS_OPENAI} A form: file, model, response_format; and language, which OpenAI has not: what is spoken.`,
    body: { 'multipart/form-data': { schema: z.looseObject({ model: z.string() }) } },
    answers: {
      200: {
        summary: 'In the format that was asked for',
        content: { ...json, 'text/plain': {}, 'text/vtt': {}, 'application/x-subrip': {} },
      },
    },
    errors: OF_A_JOB,
  },
  openAiSpeech: {
    method: 'POST',
    scope: 'jobs:write',
    spends: ['compute'],
    path: `${OPENAI_BASE}/audio/speech`,
    tag: 'openai',
    summary: 'Read a text aloud',
    description: AS_OPENAI,
    body: {
      'application/json': {
        schema: SpeechRequest,
        example: { model: 'speech', input: 'Good morning!', voice: 'en', response_format: 'mp3' },
      },
    },
    answers: {
      200: {
        summary: 'The sound',
        content: { 'audio/mpeg': {}, 'audio/ogg': {}, 'audio/aac': {}, 'audio/flac': {}, 'audio/wav': {} },
      },
    },
    errors: OF_A_JOB,
  },
  openAiModels: {
    method: 'GET',
    path: `${OPENAI_BASE}/models`,
    scope: 'pipelines:read',
    tag: 'openai',
    summary: 'What can be given as `model`',
    answers: {
      200: {
        summary: 'All',
        content: {
          'application/json': { schema: z.object({ object: z.literal('list'), data: z.array(OpenAiModel) }) },
        },
      },
    },
    errors: [],
  },
  openAiModel: {
    method: 'GET',
    path: `${OPENAI_BASE}/models/:model`,
    scope: 'pipelines:read',
    tag: 'openai',
    summary: 'One of them',
    pathParameters: z.object({ model: z.string().max(100) }),
    answers: { 200: { summary: 'Found', content: { 'application/json': { schema: OpenAiModel } } } },
    errors: ['pipeline.unknown'],
  },
} as const satisfies Record<string, Route>;
