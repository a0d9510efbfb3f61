import { file } from '@intermodal/contracts';
import { ImageTools, PictureTextEmbedder } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { fitOfLabels } from '../fit-of-labels.ts';

/** By which CLIP's cosines are multiplied before they become shares, as it was trained: https://arxiv.org/abs/2103.00020 */
const SHARPNESS = 100;

export default defineStage({
  name: 'vision.match-labels',
  version: 1,
  pool: 'vision-models',
  summary: 'Says which of your own labels fits a picture best.',
  input: z.object({ image: file('image/*') }),
  params: z.strictObject({
    labels: z.array(z.string().trim().min(1).max(200)).min(2).max(200).describe('In any words'),
    template: z
      .string()
      .max(200)
      .refine((template) => template.includes('{}'), { error: 'expected {} where the label stands' })
      .default('a photo of {}')
      .describe('What is compared with the picture; {} is the label'),
    minScore: z.number().min(0).max(1).default(0).describe('What fits less is left out'),
  }),
  output: z.object({
    tags: z
      .array(z.object({ label: z.string(), score: z.number().min(0).max(1) }))
      .describe(
        'The best first. The scores of all labels add up to 1: they compare labels, and do not say that any fits',
      ),
  }),
  // The first need is the engine that is recorded with the result.
  needs: { embedder: PictureTextEmbedder, images: ImageTools },
  batch: {
    maxItems: 16,
    maxDelayMs: 10,
    async prepare({ image }, { needs: { embedder, images }, signal }) {
      return images.pixels(image.path, { maxEdge: embedder.maxEdge, signal });
    },
    async run(pictures, { needs: { embedder }, params: { labels, template, minScore }, signal }) {
      const texts = labels.map((label) => template.replaceAll('{}', () => label));
      const { vectors } = await embedder.embedTexts(texts, { signal });
      const seen = await embedder.embedPictures(pictures, { signal });
      return seen.map((picture) => ({
        tags: fitOfLabels(picture, vectors, SHARPNESS)
          .map((score, i) => ({ label: labels[i]!, score }))
          .filter(({ score }) => score >= minScore)
          .sort((a, b) => b.score - a.score),
      }));
    },
  },
});
