import { file } from '@intermodal/contracts';
import { ImageTools, PictureMaker } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Description, refuseUndescribed, seedOf } from '../described.ts';

export default defineStage({
  name: 'vision.generate',
  version: 1,
  pool: 'vision-models',
  summary: 'Makes a picture of what is described.',
  input: z.object({ description: Description }),
  params: z.strictObject({ seed: seedOf('picture') }),
  output: z.object({
    image: file('image/png'),
    width: z.number().int().describe('In pixels'),
    height: z.number().int(),
  }),
  // The first need is the engine that is recorded with the result.
  needs: { maker: PictureMaker, images: ImageTools },
  limits: { timeoutMs: 300_000 },
  async run({ description }, { needs: { maker, images }, params, signal, scratch }) {
    refuseUndescribed(description, 'say what the picture is to show');
    const made = await maker.make(description, { ...params, signal });
    const image = scratch('picture.png', 'image/png');
    await images.pixelsToPng(made, image.path, { signal });
    return { image, width: made.width, height: made.height };
  },
});
