import { SoundTextEmbedder } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { embeddedTogether, TEXTS_TOGETHER } from '../embedded-together.ts';
import { GivenTexts } from '../given-texts.ts';

export default defineStage({
  name: 'audio.embed-text',
  version: 1,
  pool: 'vision-models',
  summary: 'Turns texts into vectors of the space of audio.embed: to look for sounds by words.',
  input: z.object({ texts: GivenTexts }),
  output: z.object({
    vectors: z
      .array(z.array(z.number()))
      .describe('One for each text, each of length 1: the product with that of a sound is their cosine'),
  }),
  needs: { embedder: SoundTextEmbedder },
  batch: {
    ...TEXTS_TOGETHER,
    async run(items, { needs: { embedder }, signal }) {
      const shares = await embeddedTogether(items, (texts) => embedder.embedTexts(texts, { signal }));
      return shares.map(({ vectors }) => ({ vectors }));
    },
  },
});
