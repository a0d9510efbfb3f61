import { z } from 'zod';

// What is taken of OpenAI's HTTP API. Fields that change nothing here (user, metadata, store …) are passed over; those that would
// change the answer and cannot be honoured are refused by name where they are read.

const Text = z.looseObject({ type: z.literal('text'), text: z.string() });
const Image = z.looseObject({
  type: z.literal('image_url'),
  image_url: z.looseObject({ url: z.string().describe('data:image/png;base64,…') }),
});
const Parts = z.array(z.discriminatedUnion('type', [Text, Image])).min(1);

export const ChatMessage = z.discriminatedUnion('role', [
  z.looseObject({
    role: z.enum(['system', 'developer']),
    content: z.union([z.string(), z.array(Text).min(1)]),
  }),
  z.looseObject({ role: z.literal('user'), content: z.union([z.string(), Parts]) }),
  z.looseObject({ role: z.literal('assistant'), content: z.union([z.string(), z.array(Text).min(1)]) }),
]);
export type ChatMessage = z.infer<typeof ChatMessage>;

export const ChatRequest = z
  .looseObject({
    model: z.string().max(100),
    messages: z.array(ChatMessage).min(1).max(1_000),
    max_tokens: z.number().int().min(1).nullish(),
    max_completion_tokens: z.number().int().min(1).nullish(),
    temperature: z.number().min(0).max(2).nullish().describe('0 when left out'),
    top_p: z.number().gt(0).max(1).nullish(),
    seed: z.number().int().min(0).max(4_294_967_295).nullish(),
    stop: z.union([z.string(), z.array(z.string()).max(8)]).nullish(),
    n: z.literal(1).nullish(),
    stream: z.boolean().nullish(),
    stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
    response_format: z
      .discriminatedUnion('type', [
        z.looseObject({ type: z.literal('text') }),
        z.looseObject({ type: z.literal('json_object') }),
        z.looseObject({
          type: z.literal('json_schema'),
          json_schema: z.looseObject({
            name: z.string(),
            schema: z.record(z.string(), z.unknown()).optional(),
          }),
        }),
      ])
      .nullish(),
  })
  .meta({ id: 'OpenAiChatRequest' });
export type ChatRequest = z.infer<typeof ChatRequest>;

export const EmbeddingsRequest = z
  .looseObject({
    model: z.string().max(100),
    input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2_048)]),
    encoding_format: z.enum(['float', 'base64']).nullish(),
  })
  .meta({ id: 'OpenAiEmbeddingsRequest' });
export type EmbeddingsRequest = z.infer<typeof EmbeddingsRequest>;

export const SPOKEN_FORMATS = ['mp3', 'opus', 'aac', 'flac', 'wav'] as const;

export const SpeechRequest = z
  .looseObject({
    model: z.string().max(100),
    input: z.string().min(1).max(8_192),
    voice: z
      .union([z.string(), z.looseObject({ id: z.string() }).transform(({ id }) => id)])
      .describe('A language code, e.g. es; any name of a voice of OpenAI’s speaks English'),
    response_format: z.enum(SPOKEN_FORMATS).nullish(),
    speed: z.number().min(0.25).max(4).nullish(),
    stream_format: z.literal('audio').nullish(),
  })
  .meta({ id: 'OpenAiSpeechRequest' });
export type SpeechRequest = z.infer<typeof SpeechRequest>;

export const TRANSCRIPT_FORMATS = ['json', 'text', 'srt', 'vtt', 'verbose_json'] as const;

/** The fields of a form, as text; `file` stands beside them. */
export const TranscriptionForm = z.object({
  model: z.string().max(100),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'expected an ISO 639 code, e.g. en')
    .optional(),
  response_format: z.enum(TRANSCRIPT_FORMATS).default('json'),
  stream: z.enum(['true', 'false']).default('false'),
});
export type TranscriptionForm = z.infer<typeof TranscriptionForm>;

export const OpenAiModel = z
  .object({
    id: z.string(),
    object: z.literal('model'),
    created: z.number().int(),
    owned_by: z.string(),
  })
  .meta({ id: 'OpenAiModel' });
export type OpenAiModel = z.infer<typeof OpenAiModel>;

export const OpenAiError = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string().nullable(),
    }),
  })
  .meta({ id: 'OpenAiError' });
export type OpenAiError = z.infer<typeof OpenAiError>;

/** What may be asked for row by row. */
export const OPENAI_BATCH_ENDPOINTS = ['/v1/chat/completions', '/v1/embeddings'] as const;

export const OpenAiBatchRequest = z
  .looseObject({
    input_file_id: z.string().max(64),
    endpoint: z.enum(OPENAI_BATCH_ENDPOINTS),
    completion_window: z.string().max(20),
    metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  })
  .meta({ id: 'OpenAiBatchRequest' });

/** A line of the file of a batch. */
export const OpenAiBatchLine = z.looseObject({
  custom_id: z.string().min(1).max(128),
  method: z.literal('POST'),
  url: z.string(),
  body: z.unknown(),
});

/** Under which all of it stands: the one base URL of a client. */
export const OPENAI_BASE = '/openai/v1';
