import { file } from '@intermodal/contracts';
import { MediaTools, SoundClassifier } from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { bestTags, Tag } from '../best-tags.ts';
import { Timed } from '../line.ts';
import { bucketOf, groupedWindows } from './grouped-windows.ts';
import { soundOf } from './sound-of.ts';

export default defineStage({
  name: 'audio.classify',
  version: 1,
  pool: 'vision-models',
  summary:
    'Says what is heard in a recording, or how somebody feels who speaks, by the labels that a network knows.',
  input: z.object({ audio: file('*/*').describe('A recording, or a film with sound') }),
  params: z.strictObject({
    most: z.number().int().min(1).max(100).default(5).describe('So many labels, at most'),
    minScore: z.number().min(0).max(1).default(0.05).describe('What is less sure is left out'),
    windowMs: z
      .number()
      .int()
      .min(500)
      .max(30_000)
      .default(10_000)
      .describe(
        'What is longer is heard in windows of one length, none longer than this or than the network hears; milliseconds',
      ),
  }),
  output: z.object({
    tags: z.array(Tag).describe('The surest first; each by the window in which it was surest'),
    windows: z
      .array(Timed.extend({ tags: z.array(Tag) }))
      .describe('In the order of time; a short recording is one'),
    durationMs: z.number().int(),
  }),
  // The first need is the engine that is recorded with the result.
  needs: { classifier: SoundClassifier, media: MediaTools },
  limits: { timeoutMs: 300_000 },
  batch: {
    maxItems: 8,
    maxDelayMs: 10,
    async prepare({ audio }, { needs: { classifier, media }, params, signal, scratch }) {
      const longestMs = Math.min(params.windowMs, classifier.longestMs);
      return soundOf(audio, { sampleRate: classifier.sampleRate, longestMs }, media, { signal, scratch });
    },
    bucketOf,
    async run(recordings, { needs: { classifier }, params, signal }) {
      const { labels } = classifier;
      const heard = recordings.map(({ durationMs }) => ({
        surest: labels.map(() => 0),
        windows: [] as { startMs: number; endMs: number; tags: z.output<typeof Tag>[] }[],
        durationMs,
      }));
      for await (const windows of groupedWindows(recordings, signal)) {
        const clips = windows.map(({ samples }) => samples);
        const scored = await classifier.classify(clips, { signal });
        windows.forEach(({ recording, startMs, endMs }, i) => {
          const { surest, windows: all } = heard[recording]!;
          scored[i]!.forEach((score, label) => (surest[label] = Math.max(surest[label]!, score)));
          all.push({ startMs, endMs, tags: bestTags(labels, scored[i]!, params) });
        });
      }
      return heard.map(({ surest, ...rest }) => ({ tags: bestTags(labels, surest, params), ...rest }));
    },
  },
});
