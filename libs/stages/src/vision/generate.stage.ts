import { file, IntermodalError } from '@intermodal/contracts';
import { ImageTools, PictureMaker } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

export default defineStage({
  name: 'vision.generate',
  version: 1,
  pool: 'vision-models',
  summary: 'Makes a picture of what is described.',
  input: z.object({ description: z.string().max(10_000) }),
  params: z.strictObject({
    seed: z
      .number()
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(0)
      .describe('Another one gives another picture of the same words'),
  }),
  output: z.object({
    image: file('image/png'),
    width: z.number().int().describe('In pixels'),
    height: z.number().int(),
  }),
  // The first need is the engine that is recorded with the result.
  needs: { maker: PictureMaker, images: ImageTools },
  limits: { timeoutMs: 300_000 },
  async run({ description }, { needs: { maker, images }, params, signal, scratch }) {
    if (description.trim() === '')
      throw new IntermodalError(
        'input.invalid',
        'The description is empty: say what the picture is to show.',
      );
    const made = await maker.make(description, { ...params, signal });
    const image = scratch('picture.png', 'image/png');
    await images.pixelsToPng(made, image.path, { signal });
    return { image, width: made.width, height: made.height };
  },
});
