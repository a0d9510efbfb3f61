import { file } from '@intermodal/contracts';
import { ImageTools, PictureDescriber } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

export default defineStage({
  name: 'vision.caption',
  version: 1,
  pool: 'vision-models',
  summary: 'Says in a sentence what a picture shows.',
  input: z.object({ image: file('image/*') }),
  params: z.strictObject({
    maxTokens: z.number().int().min(1).max(512).default(64).describe('Tokens of the caption, at most'),
  }),
  output: z.object({
    caption: z.string(),
    cut: z.boolean().describe('Whether it was cut off at maxTokens'),
  }),
  // The first need is the engine that is recorded with the result.
  needs: { describer: PictureDescriber, images: ImageTools },
  limits: { timeoutMs: 300_000 },
  batch: {
    maxItems: 8,
    maxDelayMs: 10,
    async prepare({ image }, { needs: { describer, images }, signal }) {
      return images.pixels(image.path, { maxEdge: describer.maxEdge, signal });
    },
    async run(pictures, { needs: { describer }, params, signal }) {
      const told = await describer.describe(pictures, { ...params, signal });
      return told.map(({ text, isCut }) => ({ caption: text, cut: isCut }));
    },
  },
});
