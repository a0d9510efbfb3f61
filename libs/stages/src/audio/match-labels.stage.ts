import { file } from '@intermodal/contracts';
import { MediaTools, SoundTextEmbedder } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { fitOfLabels } from '../fit-of-labels.ts';
import { Timed } from '../line.ts';
import { bestTags, Tag } from './best-tags.ts';
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
  params: z.strictObject({
    labels: z.array(z.string().trim().min(1).max(200)).min(2).max(200).describe('In any words'),
    template: z
      .string()
      .max(200)
      .refine((template) => template.includes('{}'), { error: 'expected {} where the label stands' })
      .default('this is a sound of {}')
      .describe('What is compared with the recording; {} is the label'),
    minScore: z.number().min(0).max(1).default(0).describe('What fits less is left out'),
  }),
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
      const sound = await soundOf(audio, embedder.sampleRate, media, { signal, scratch });
      return { ...sound, longestMs: embedder.longestMs };
    },
    bucketOf,
    async run(recordings, { needs: { embedder }, params: { labels, template, minScore }, signal }) {
      const texts = labels.map((label) => template.replaceAll('{}', () => label));
      const { vectors } = await embedder.embedTexts(texts, { signal });
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
