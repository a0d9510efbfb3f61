import { file } from '@intermodal/contracts';
import { DepthEstimator, ImageTools } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

export default defineStage({
  name: 'vision.estimate-depth',
  version: 1,
  pool: 'vision-models',
  summary: 'Says of every place of a picture how near it is, compared with the rest of it.',
  input: z.object({ image: file('image/*') }),
  output: z.object({
    depth: file('image/png').describe(
      'Grey: white is what is nearest in this picture, black what is farthest. As fine as the network sees, in the proportions of the picture or square',
    ),
    width: z.number().int().describe('Of the picture as shown, in pixels'),
    height: z.number().int(),
  }),
  // The first need is the engine that is recorded with the result.
  needs: { estimator: DepthEstimator, images: ImageTools },
  async run({ image }, { needs: { estimator, images }, signal, scratch }) {
    const { width, height } = await images.probe(image.path, { signal });
    const picture = await images.pixels(image.path, { maxEdge: estimator.maxEdge, signal });
    const { nearness, ...size } = await estimator.estimate(picture, { signal });
    const depth = scratch('depth.png', 'image/png');
    const grey = Uint8Array.from(nearness, (value) => Math.round(255 * value));
    await images.greyToPng({ ...size, grey }, depth.path, { signal });
    return { depth, width, height };
  },
});
