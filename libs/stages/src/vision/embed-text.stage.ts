import { PictureTextEmbedder } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { GivenTexts, refuseEmpty } from '../given-texts.ts';

export default defineStage({
  name: 'vision.embed-text',
  version: 1,
  pool: 'vision-models',
  summary: 'Turns texts into vectors of the space of vision.embed: to look for pictures by words.',
  input: z.object({ texts: GivenTexts }),
  output: z.object({
    vectors: z
      .array(z.array(z.number()))
      .describe('One for each text, each of length 1: the product with that of a picture is their cosine'),
  }),
  needs: { embedder: PictureTextEmbedder },
  async run({ texts }, { needs, signal }) {
    refuseEmpty(texts);
    const { vectors } = await needs.embedder.embedTexts(texts, { signal });
    return { vectors: vectors.map((vector) => [...vector]) };
  },
});
