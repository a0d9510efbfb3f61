import { z } from 'zod';
import {
  ChatRequest,
  EmbeddingsRequest,
  OPENAI_BASE,
  OpenAiBatchRequest,
  OpenAiModel,
  SpeechRequest,
} from '../openai.ts';
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
const FileById = z.object({ id: z.string().max(64) });
const BatchById = z.object({ id: z.string().max(64) });
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
  openAiUpload: {
    method: 'POST',
    path: `${OPENAI_BASE}/files`,
    scope: 'artifacts:write',
    spends: ['storage'],
    tag: 'openai',
    summary: 'Upload a file',
    description: 'A form: file, purpose. The file is an artifact, art_… where its id here is file-….',
    body: { 'multipart/form-data': { schema: z.looseObject({ purpose: z.string() }) } },
    answers: { 200: { summary: 'Stored', content: json } },
    errors: ['input.absent', 'input.invalid', 'input.too_large', 'request.invalid'],
  },
  openAiFile: {
    method: 'GET',
    path: `${OPENAI_BASE}/files/:id`,
    scope: 'artifacts:read',
    tag: 'openai',
    summary: 'One file',
    pathParameters: FileById,
    answers: { 200: { summary: 'Found', content: json } },
    errors: ['artifact.not_found'],
  },
  openAiFileContent: {
    method: 'GET',
    path: `${OPENAI_BASE}/files/:id/content`,
    scope: 'artifacts:read',
    tag: 'openai',
    summary: 'The bytes of a file; of the results of a batch its lines, as they are now',
    pathParameters: FileById,
    answers: {
      200: { summary: 'The bytes', content: { 'application/octet-stream': {}, 'application/jsonl': {} } },
    },
    errors: ['artifact.not_found'],
  },
  openAiSubmitBatch: {
    method: 'POST',
    path: `${OPENAI_BASE}/batches`,
    scope: 'jobs:write',
    spends: ['compute'],
    tag: 'openai',
    summary: 'Answer every line of a file',
    description:
      'Lines of custom_id, method, url and body, for chat completions without pictures or for embeddings; 10,000 at most. A line that asks for ' +
      'something else refuses the whole file, by its number.',
    body: {
      'application/json': {
        schema: OpenAiBatchRequest,
        example: {
          input_file_id: 'file-01kb5y7k2wf1x8m3q4z9n6t0vc',
          endpoint: '/v1/chat/completions',
          completion_window: '24h',
        },
      },
    },
    answers: { 200: { summary: 'Accepted', content: json } },
    errors: OF_A_JOB,
  },
  openAiBatch: {
    method: 'GET',
    path: `${OPENAI_BASE}/batches/:id`,
    scope: 'jobs:read',
    tag: 'openai',
    summary: 'How far a batch is',
    pathParameters: BatchById,
    answers: { 200: { summary: 'Found', content: json } },
    errors: ['batch.not_found'],
  },
  openAiCancelBatch: {
    method: 'POST',
    path: `${OPENAI_BASE}/batches/:id/cancel`,
    scope: 'jobs:write',
    tag: 'openai',
    summary: 'Cancel what has not ended of a batch',
    pathParameters: BatchById,
    answers: { 200: { summary: 'The batch, now final', content: json } },
    errors: ['batch.not_found'],
  },
} as const satisfies Record<string, Route>;
