import { file, IntermodalError } from '@intermodal/contracts';
import { TextGenerator } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

const Message = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string(),
});

export default defineStage({
  name: 'text.chat',
  version: 1,
  pool: 'text',
  summary: 'Goes on with a conversation, by a language model.',
  input: z.object({
    messages: z.array(Message).min(1).max(1_000).describe('The last one is answered'),
    image: file('image/*').optional().describe('What the last message is about, for a model that sees'),
  }),
  params: z.strictObject({
    maxTokens: z.number().int().min(1).max(32_768).default(1_024).describe('Tokens of the answer, at most'),
    temperature: z
      .number()
      .min(0)
      .max(2)
      .default(0)
      .describe('0: the same question has the same answer; more leaves more to chance'),
    topP: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .describe('Of the likeliest tokens, those that make up this share'),
    seed: z.number().int().min(0).max(4_294_967_295).optional(),
    stop: z
      .array(z.string().min(1).max(100))
      .max(8)
      .optional()
      .describe('The answer ends before any of these'),
    schema: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('JSON Schema that the answer keeps to: then it is JSON'),
  }),
  output: z.object({
    text: z.string(),
    finishReason: z.enum(['stop', 'length']).describe('length: it was cut off at maxTokens'),
    promptTokens: z.number().int().nullable().describe('Null where the engine does not say'),
    completionTokens: z.number().int().nullable(),
  }),
  needs: { generator: TextGenerator },
  limits: { timeoutMs: 600_000 },
  async run({ messages, image }, { needs, params, signal, partial }) {
    if (messages.every(({ content }) => content.trim() === ''))
      throw new IntermodalError('input.invalid', 'All messages are empty: say something.');
    return needs.generator.chat(messages, {
      ...params,
      image,
      signal,
      onText: (text) => partial({ text }),
    });
  },
});
