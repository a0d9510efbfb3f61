import { definePipeline } from '@intermodal/pipeline';

export default definePipeline({
  name: 'chat',
  version: 1,
  summary: 'Goes on with a conversation, by a language model; about a picture, where the model sees.',
  input: {
    messages: {
      type: 'array',
      minItems: 1,
      maxItems: 1_000,
      items: {
        type: 'object',
        required: ['role', 'content'],
        additionalProperties: false,
        properties: {
          role: { type: 'string', enum: ['system', 'user', 'assistant'] },
          content: { type: 'string' },
        },
      },
      description: 'The last one is answered',
    },
    image: { media: 'image/*', optional: true, summary: 'What the last message is about' },
  },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      maxTokens: { type: 'integer', minimum: 1, maximum: 32_768, default: 1_024 },
      temperature: { type: 'number', minimum: 0, maximum: 2, default: 0 },
      topP: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
      seed: { type: 'integer', minimum: 0, maximum: 4_294_967_295 },
      stop: { type: 'array', maxItems: 8, items: { type: 'string', minLength: 1, maxLength: 100 } },
      schema: { type: 'object', description: 'JSON Schema that the answer keeps to' },
    },
  },
  nodes: {
    reply: {
      stage: 'text.chat@1',
      in: { messages: '$input.messages', image: '$input.image' },
      params: {
        maxTokens: '$params.maxTokens',
        temperature: '$params.temperature',
        topP: '$params.topP',
        seed: '$params.seed',
        stop: '$params.stop',
        schema: '$params.schema',
      },
    },
  },
  output: {
    text: '$reply.text',
    finishReason: '$reply.finishReason',
    'promptTokens?': '$reply.promptTokens',
    'completionTokens?': '$reply.completionTokens',
  },
});
