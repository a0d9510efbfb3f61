import { file } from '@intermodal/contracts';
import { ImageTools, ObjectFinder } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { lookAt } from './look-at.ts';
import { SeenObject } from './seen.ts';

export default defineStage({
  name: 'vision.find-objects',
  version: 1,
  pool: 'vision-models',
  summary: 'Finds what you name in a picture: what, where, and how sure.',
  input: z.object({ image: file('image/*') }),
  params: z.strictObject({
    labels: z
      .array(z.string().trim().min(1).max(200))
      .min(1)
      .max(100)
      .refine((labels) => new Set(labels).size === labels.length, { error: 'expected each label once' })
      .describe('In any words of the language of the model, e.g. red umbrella'),
    minScore: z
      .number()
      .min(0)
      .max(1)
      .default(0.2)
      .describe('What is less sure is left out. Networks differ: try it on pictures of yours'),
  }),
  output: z.object({
    objects: z.array(SeenObject).describe('The surest first, each with the label that was asked for'),
    width: z.number().int().describe('Of the picture as shown, in pixels'),
    height: z.number().int(),
  }),
  // The first need is the engine that is recorded with the result.
  needs: { finder: ObjectFinder, images: ImageTools },
  limits: { timeoutMs: 300_000 },
  async run({ image }, { needs: { finder, images }, params: { labels, minScore }, signal }) {
    const look = await lookAt(images, image.path, signal, finder.maxEdge);
    const found = await finder.find(look.pixels, labels, { signal });
    return {
      objects: found
        .filter(({ score }) => score >= minScore)
        .map(({ label, score, box }) => ({ label, score, box: look.inPicture(box) })),
      ...{ width: look.width, height: look.height },
    };
  },
});
