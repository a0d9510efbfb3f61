import { file, type LocalFile } from '@intermodal/contracts';
import {
  LONGEST_SEGMENT_MS,
  MediaTools,
  SPEECH_SAMPLE_RATE,
  SpeechDetector,
  durationMsOf,
  frameLevels,
  isSpeechWav,
  readWavLayout,
  splitLongSpans,
  wavBlocks,
} from '@intermodal/models';
import { defineStage } from '@intermodal/pipeline';
import { z } from 'zod';
import { Timed } from '../line.ts';

const Segment = Timed.extend({ audio: file('audio/wav') });

export default defineStage({
  name: 'speech.detect-activity',
  version: 1,
  pool: 'speech',
  summary: `Finds where somebody speaks, and cuts each stretch into a small file of ${LONGEST_SEGMENT_MS / 1000} s at most.`,
  input: z.object({ audio: file('audio/*') }),
  output: z.object({
    segments: z.array(Segment).describe('In the order of time; empty when nobody speaks'),
    durationMs: z.number().int().describe('Of the whole recording'),
  }),
  needs: { detector: SpeechDetector, media: MediaTools },
  limits: { timeoutMs: 600_000 },
  async run({ audio }, { needs, signal, scratch, progress }) {
    let { path } = audio;
    if (!(await isSpeechWav(path))) {
      path = scratch('speech.wav', 'audio/wav').path;
      await needs.media.extractAudio(audio.path, path, { signal });
    }
    const durationMs = durationMsOf(await readWavLayout(path));
    let spans = await needs.detector.detect(path, { signal });
    if (spans.some((span) => span.endMs - span.startMs > LONGEST_SEGMENT_MS)) {
      const blocks = wavBlocks(path, { blockSamples: 65_536, signal });
      spans = splitLongSpans(spans, await frameLevels(blocks, SPEECH_SAMPLE_RATE));
    }
    progress(0.5);
    const segments: { startMs: number; endMs: number; audio: LocalFile }[] = [];
    for (const [i, { startMs, endMs }] of spans.entries()) {
      const segment = scratch(`segment-${String(i + 1).padStart(5, '0')}.wav`, 'audio/wav');
      await needs.media.cutAudio(path, segment.path, { startMs, endMs, signal });
      segments.push({ startMs, endMs, audio: segment });
      progress(0.5 + (0.5 * (i + 1)) / spans.length);
    }
    return { segments, durationMs };
  },
});
