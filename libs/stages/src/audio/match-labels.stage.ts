import { file } from '@intermodal/contracts';
import { MediaTools, SoundTextEmbedder } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { bestTags, Tag } from '../best-tags.ts';
import { fitOfLabels } from '../fit-of-labels.ts';
import { Timed } from '../line.ts';
import { ownLabels, vectorsOfLabels } from '../own-labels.ts';
import { embeddedWindows } from './embedded-windows.ts';
import { bucketOf } from './grouped-windows.ts';
import { meanDirection } from './mean-direction.ts';
import { soundOf } from './sound-of.ts';

/** By which cosines are multiplied before they become shares: with what CLAP's training begins, https://arxiv.org/abs/2211.06687 */
const SHARPNESS = 1 / 0.07;

export default defineStage({
  name: 'audio.match-labels',
  version: 1,
  pool: 'vision-models',
  summary: 'Says which of your own labels fits a recording best.',
  input: z.object({ audio: file('*/*').describe('A recording, or a film with sound') }),
  params: ownLabels('recording', 'this is a sound of {}'),
  output: z.object({
    tags: z
      .array(Tag)
      .describe(
        'Of the whole recording, the best first. The scores of all labels add up to 1: they compare labels, and do not say that any fits',
      ),
    windows: z
      .array(Timed.extend({ tags: z.array(Tag) }))
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
    async run(recordings, { needs: { embedder }, params, signal }) {
      const { labels, minScore } = params;
      const vectors = await vectorsOfLabels(params, embedder, signal);
      const tagsOf = (heard: readonly number[]) =>
        bestTags(labels, fitOfLabels(heard, vectors, SHARPNESS), { most: labels.length, minScore });
      const heard = await embeddedWindows(recordings, embedder, signal);
      return heard.map((windows, i) => ({
        tags: tagsOf(meanDirection(windows.map(({ vector }) => vector))),
        windows: windows.map(({ vector, ...time }) => ({ ...time, tags: tagsOf(vector) })),
        durationMs: recordings[i]!.durationMs,
      }));
    },
  },
});
