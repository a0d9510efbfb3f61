import { file } from '@intermodal/contracts';
import { MediaTools, SoundTextEmbedder } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Timed } from '../line.ts';
import { embeddedWindows } from './embedded-windows.ts';
import { bucketOf } from './grouped-windows.ts';
import { meanDirection } from './mean-direction.ts';
import { soundOf } from './sound-of.ts';

export default defineStage({
  name: 'audio.embed',
  version: 1,
  pool: 'vision-models',
  summary:
    'Turns a recording into a vector that is near those of sounds like it, and of texts that describe it.',
  input: z.object({ audio: file('*/*').describe('A recording, or a film with sound') }),
  output: z.object({
    vector: z.array(z.number()).describe('Of length 1: the product of two is their cosine'),
    windows: z
      .array(Timed.extend({ vector: z.array(z.number()) }))
      .describe('In the order of time; what is longer than the network hears is several, all of one length'),
    durationMs: z.number().int(),
  }),
  // The first need is the engine that is recorded with the result.
  needs: { embedder: SoundTextEmbedder, media: MediaTools },
  limits: { timeoutMs: 300_000 },
  batch: {
    maxItems: 8,
    maxDelayMs: 10,
    async prepare({ audio }, { needs: { embedder, media }, signal, scratch }) {
      return soundOf(audio, embedder, media, { signal, scratch });
    },
    bucketOf,
    async run(recordings, { needs: { embedder }, signal }) {
      const heard = await embeddedWindows(recordings, embedder, signal);
      return heard.map((windows, i) => ({
        vector: meanDirection(windows.map(({ vector }) => vector)),
        windows: [...windows],
        durationMs: recordings[i]!.durationMs,
      }));
    },
  },
});
