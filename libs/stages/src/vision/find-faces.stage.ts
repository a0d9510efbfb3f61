import { file } from '@intermodal/contracts';
import { FaceFinder, ImageTools } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Box, lookAt } from './look-at.ts';

const Face = z.object({ score: z.number().min(0).max(1).describe('How sure the network is'), box: Box });

export default defineStage({
  name: 'vision.find-faces',
  version: 1,
  pool: 'vision',
  summary: 'Finds faces in a picture, and does not say whose they are.',
  input: z.object({ image: file('image/*') }),
  output: z.object({
    faces: z.array(Face).describe('The surest first'),
    width: z.number().int().describe('Of the picture as shown, in pixels'),
    height: z.number().int(),
  }),
  needs: { finder: FaceFinder, images: ImageTools },
  async run({ image }, { needs, signal }) {
    const { pixels, width, height, inPicture } = await lookAt(needs.images, image.path, signal);
    const found = await needs.finder.find(pixels, { signal });
    return { faces: found.map(({ score, box }) => ({ score, box: inPicture(box) })), width, height };
  },
});
