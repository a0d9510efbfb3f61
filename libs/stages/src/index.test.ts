import { mediaTypeOf } from '@intermodal/contracts';
import { compile } from '@intermodal/pipeline';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { loadShippedPipelines, loadShippedStages } from './index.ts';

describe('what is shipped', () => {
  it('finds every stage and pipeline under its name', async () => {
    expect([...(await loadShippedStages()).keys()]).toEqual(
      expect.arrayContaining([
        'media.extract-audio@1',
        'media.probe@1',
        'media.sample-frames@1',
        'speech.detect-activity@1',
        'speech.synthesize@1',
        'speech.transcribe@1',
        'text.answer@1',
        'text.subtitles@1',
        'text.translate@1',
        'video.timeline@1',
        'vision.describe-colours@1',
        'vision.read-codes@1',
        'vision.read-text@1',
      ]),
    );
    expect((await loadShippedPipelines()).map((it) => it.name)).toEqual(
      expect.arrayContaining(['speech-to-speech', 'video-to-text', 'visual-question-answering']),
    );
  });

  it('ships only pipelines that compile against the shipped stages', async () => {
    const stages = await loadShippedStages();
    for (const pipeline of await loadShippedPipelines())
      expect(compile(pipeline, stages).nodes).not.toEqual([]);
  });

  it('declares files where files go', async () => {
    const synthesize = (await loadShippedStages()).get('speech.synthesize@1')!;
    const audio = synthesize.output.shape['audio'] as z.ZodNullable<z.ZodType>;
    expect(mediaTypeOf(audio.unwrap())).toBe('audio/wav');
  });
});
