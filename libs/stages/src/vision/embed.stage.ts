import { file } from '@intermodal/contracts';
import { ImageTools, PictureTextEmbedder } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

export default defineStage({
  name: 'vision.embed',
  version: 1,
  pool: 'vision-models',
  summary:
    'Turns a picture into a vector that is near those of pictures like it, and of texts that describe it.',
  input: z.object({ image: file('image/*') }),
  output: z.object({
    vector: z.array(z.number()).describe('Of length 1: the product of two is their cosine'),
  }),
  // The first need is the engine that is recorded with the result.
  needs: { embedder: PictureTextEmbedder, images: ImageTools },
  batch: {
    maxItems: 16,
    maxDelayMs: 10,
    async prepare({ image }, { needs: { embedder, images }, signal }) {
      return images.pixels(image.path, { maxEdge: embedder.maxEdge, signal });
    },
    async run(pictures, { needs: { embedder }, signal }) {
      const vectors = await embedder.embedPictures(pictures, { signal });
      return vectors.map((vector) => ({ vector: [...vector] }));
    },
  },
});
