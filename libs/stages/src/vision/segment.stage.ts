import { file } from '@intermodal/contracts';
import { ImageTools, PictureSegmenter } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

/** More segments than a grey value can tell apart are not in one picture. */
const MOST = 255;

export default defineStage({
  name: 'vision.segment',
  version: 1,
  pool: 'vision-models',
  summary: 'Says of every place of a picture what it belongs to.',
  input: z.object({ image: file('image/*') }),
  output: z.object({
    segments: z
      .array(
        z.object({
          label: z.string(),
          share: z.number().min(0).max(1).describe('Of the picture'),
          grey: z.number().int().min(1).max(255).describe('How it is drawn in the map'),
        }),
      )
      .describe(
        'The largest first; at most 255. Things of one kind are one segment, or one each where the model tells them apart',
      ),
    map: file('image/png').describe(
      'Each place has the grey value of its segment, and 0 where that is not told. As fine as the network sees, in the proportions of the picture or square',
    ),
    labels: z
      .array(z.string())
      .describe('All that could have been seen: nothing is said of what is not here'),
  }),
  // The first need is the engine that is recorded with the result.
  needs: { segmenter: PictureSegmenter, images: ImageTools },
  async run({ image }, { needs: { segmenter, images }, signal, scratch }) {
    const picture = await images.pixels(image.path, { maxEdge: segmenter.maxEdge, signal });
    const { places, segments, ...size } = await segmenter.segment(picture, { signal });
    const counts = new Map<number, number>();
    for (const segment of places) if (segment >= 0) counts.set(segment, (counts.get(segment) ?? 0) + 1);
    const largest = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST);
    const greys = new Map(largest.map(([segment], i) => [segment, i + 1]));
    const map = scratch('map.png', 'image/png');
    const grey = Uint8Array.from(places, (segment) => greys.get(segment) ?? 0);
    await images.greyToPng({ ...size, grey }, map.path, { signal });
    return {
      segments: largest.map(([segment, count], i) => ({
        label: segments[segment] ?? String(segment),
        share: count / places.length,
        grey: i + 1,
      })),
      map,
      labels: [...segmenter.labels],
    };
  },
});
