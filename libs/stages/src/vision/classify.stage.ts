import { file } from '@intermodal/contracts';
import { ImageClassifier, ImageTools } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { bestTags, Tag } from '../best-tags.ts';

export default defineStage({
  name: 'vision.classify',
  version: 1,
  pool: 'vision',
  summary: 'Says what a picture as a whole shows, by the labels that a network knows.',
  input: z.object({ image: file('image/*') }),
  params: z.strictObject({
    most: z.number().int().min(1).max(100).default(5).describe('So many labels, at most'),
    minScore: z.number().min(0).max(1).default(0.05).describe('What is less sure is left out'),
  }),
  output: z.object({
    tags: z.array(Tag).describe('The surest first'),
  }),
  // The first need is the engine that is recorded with the result.
  needs: { classifier: ImageClassifier, images: ImageTools },
  batch: {
    maxItems: 8,
    maxDelayMs: 10,
    async prepare({ image }, { needs: { classifier, images }, signal }) {
      return classifier.see(await images.pixels(image.path, { maxEdge: classifier.maxEdge, signal }));
    },
    async run(pictures, { needs: { classifier }, params, signal }) {
      const scored = await classifier.classify(pictures, { signal });
      return scored.map((scores) => ({ tags: bestTags(classifier.labels, scores, params) }));
    },
  },
});
