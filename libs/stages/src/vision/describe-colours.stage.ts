import { file } from '@intermodal/contracts';
import { ImageTools } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { colourShares, coloursWithin } from './colour-shares.ts';
import { ColourShare, ObjectColours, SeenObject } from './seen.ts';

/** Shares hardly change with more pixels. */
const MAX_EDGE = 400;

export default defineStage({
  name: 'vision.describe-colours',
  version: 1,
  pool: 'vision',
  summary: 'Names the colours of a picture and of the objects in it, with their shares.',
  input: z.object({
    image: file('image/*'),
    objects: z.array(SeenObject).nullish().describe('As vision.detect-objects gives them'),
  }),
  output: z.object({
    picture: z.object({ width: z.number().int(), height: z.number().int() }).describe('Pixels, as shown'),
    colours: z.array(ColourShare).describe('Of the whole picture, the largest share first'),
    objects: z
      .array(ObjectColours)
      .describe('Of each object that was given, in its order, without what surrounds it'),
  }),
  needs: { images: ImageTools },
  async run({ image, objects }, { needs, signal }) {
    const { width, height } = await needs.images.probe(image.path, { signal });
    const pixels = await needs.images.pixels(image.path, { maxEdge: MAX_EDGE, signal });
    const scaled = (value: number) =>
      (value * Math.max(pixels.width, pixels.height)) / Math.max(width, height);
    return {
      picture: { width, height },
      colours: colourShares(pixels),
      objects: (objects ?? []).map(({ label, box }) => ({
        label,
        box,
        colours: coloursWithin(pixels, {
          x: scaled(box.x),
          y: scaled(box.y),
          width: scaled(box.width),
          height: scaled(box.height),
        }),
      })),
    };
  },
});
