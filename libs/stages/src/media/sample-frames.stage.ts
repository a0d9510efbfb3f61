import { IntermodalError, LocalFile, file } from '@intermodal/contracts';
import { ImageTools, MediaTools } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';

const Frame = z.object({
  image: file('image/*'),
  timeMs: z.number().int().nonnegative().describe('From the beginning of the film'),
  cut: z.boolean().describe('Whether a new scene begins with it'),
});

export default defineStage({
  name: 'media.sample-frames',
  version: 1,
  pool: 'media',
  summary: 'Takes frames out of a film, at a fixed rate and where a scene begins. A picture is one frame.',
  input: z.object({ media: file('*/*') }),
  params: z.strictObject({
    everyMs: z.number().int().min(100).max(600_000).default(2000).describe('At least one frame in this time'),
    most: z.number().int().min(1).max(300).default(40).describe('Of a long film they are further apart'),
    maxEdge: z
      .number()
      .int()
      .min(16)
      .max(4096)
      .default(1280)
      .describe('Pixels; larger frames are scaled down'),
  }),
  output: z.object({
    frames: z.array(Frame).describe('In the order of time; empty when the file has sound only'),
  }),
  needs: { media: MediaTools, images: ImageTools },
  limits: { timeoutMs: 600_000 },
  async run({ media }, { needs, params, signal, scratch }) {
    const picture = scratch('frame-00001.png', 'image/png');
    if (await isPicture(media.path, needs.media, signal)) {
      await needs.images.toPng(media.path, picture.path, { maxEdge: params.maxEdge, signal });
      return { frames: [{ image: picture, timeMs: 0, cut: false }] };
    }
    const folder = scratch('frames', 'inode/directory').path;
    const frames = await needs.media.sampleFrames(media.path, folder, { ...params, format: 'jpeg', signal });
    return {
      frames: frames.map(({ path, timeMs, cut }, i) => ({
        image: new LocalFile(path, 'image/jpeg', `frame-${String(i + 1).padStart(5, '0')}.jpg`),
        timeMs,
        cut,
      })),
    };
  },
});

/** MediaTools refuses pictures by name; whether it is one that can be read, ImageTools then says. */
async function isPicture(path: string, media: MediaTools, signal: AbortSignal): Promise<boolean> {
  try {
    await media.probe(path, { signal });
    return false;
  } catch (error) {
    if (error instanceof IntermodalError && error.code === 'media.unsupported') return true;
    throw error;
  }
}
