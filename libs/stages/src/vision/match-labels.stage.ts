import { file } from '@intermodal/contracts';
import { ImageTools, PictureTextEmbedder } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { bestTags, Tag } from '../best-tags.ts';
import { fitOfLabels } from '../fit-of-labels.ts';
import { ownLabels, vectorsOfLabels } from '../own-labels.ts';

/** By which CLIP's cosines are multiplied before they become shares, as it was trained: https://arxiv.org/abs/2103.00020 */
const SHARPNESS = 100;

export default defineStage({
  name: 'vision.match-labels',
  version: 1,
  pool: 'vision-models',
  summary: 'Says which of your own labels fits a picture best.',
  input: z.object({ image: file('image/*') }),
  params: ownLabels('picture', 'a photo of {}'),
  output: z.object({
    tags: z
      .array(Tag)
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
    async run(pictures, { needs: { embedder }, params, signal }) {
      const { labels, minScore } = params;
      const vectors = await vectorsOfLabels(params, embedder, signal);
      const seen = await embedder.embedPictures(pictures, { signal });
      return seen.map((picture) => ({
        tags: bestTags(labels, fitOfLabels(picture, vectors, SHARPNESS), { most: labels.length, minScore }),
      }));
    },
  },
});
