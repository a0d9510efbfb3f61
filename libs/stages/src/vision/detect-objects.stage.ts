import { file } from '@intermodal/contracts';
import { ImageTools, ObjectDetector } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Box, lookAt } from './look-at.ts';

const Thing = z.object({
  label: z.string(),
  score: z.number().min(0).max(1).describe('How sure the network is'),
  box: Box,
});

export default defineStage({
  name: 'vision.detect-objects',
  version: 1,
  pool: 'vision',
  summary: 'Finds things in a picture: what, where, and how sure.',
  input: z.object({ image: file('image/*') }),
  params: z.strictObject({
    minScore: z.number().min(0).max(1).default(0.4).describe('What is less sure is left out'),
  }),
  output: z.object({
    objects: z.array(Thing).describe('The surest first'),
    width: z.number().int().describe('Of the picture as shown, in pixels'),
    height: z.number().int(),
    labels: z
      .array(z.string())
      .describe('All that could have been seen: nothing is said of what is not here'),
    scope: z.string().describe('What the engine is good for'),
  }),
  // The first need is the engine that is recorded with the result.
  needs: { detector: ObjectDetector, images: ImageTools },
  async run({ image }, { needs, params, signal }) {
    const { detector } = needs;
    const look = await lookAt(needs.images, image.path, signal, detector.maxEdge);
    const { pixels, width, height, inPicture } = look;
    const found = await detector.detect(pixels, { signal });
    return {
      objects: found
        .filter(({ score }) => score >= params.minScore)
        .map(({ label, score, box }) => ({ label, score, box: inPicture(box) })),
      width,
      height,
      labels: [...detector.labels],
      scope: detector.scope,
    };
  },
});
