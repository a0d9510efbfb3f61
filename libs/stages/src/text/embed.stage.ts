import { TextEmbedder } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { embeddedTogether, TEXTS_TOGETHER } from '../embedded-together.ts';
import { GivenTexts } from '../given-texts.ts';

export default defineStage({
  name: 'text.embed',
  version: 1,
  pool: 'text',
  summary: 'Turns texts into vectors that are near each other where their meanings are.',
  input: z.object({ texts: GivenTexts }),
  output: z.object({
    vectors: z
      .array(z.array(z.number()))
      .describe('One for each text, each of length 1: the product of two is their cosine'),
    promptTokens: z.number().int().nullable().describe('Null where the engine does not say'),
  }),
  needs: { embedder: TextEmbedder },
  limits: { timeoutMs: 300_000 },
  batch: {
    ...TEXTS_TOGETHER,
    async run(items, { needs: { embedder }, signal }) {
      const shares = await embeddedTogether(items, (texts) => embedder.embed(texts, { signal }));
      return shares.map(({ vectors, tokens }) => ({ vectors, promptTokens: tokens }));
    },
  },
});
