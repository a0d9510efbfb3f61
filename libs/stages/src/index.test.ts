import { mediaTypeOf } from '@intermodal/contracts';
import { compile, pipelinesOf } from '@intermodal/pipeline';
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
    const documents = await loadShippedPipelines();
    for (const document of documents)
      expect(compile(document, stages, pipelinesOf(documents)).nodes).not.toEqual([]);
  });

  it('ships what was published under the hash it was published with', async () => {
    const stages = await loadShippedStages();
    const hashes = (await loadShippedPipelines()).map((document) => compile(document, stages).sha256);
    // A version that is out there never changes: with another hash the API would not start on a database that knows it.
    expect(hashes).toEqual([
      '198d7c4827b497a81148cc3857ff49a7180aaa19b31bcb793c4f5de9f26a166a',
      '31299d1499ad81c641357c46a44832dcbbace2425bcbd4050491ea8c239f5324',
      '01886a81b1d000f7df2a6e16c98baf121860d5757e6aa289f918db22b4ac8e22',
    ]);
  });

  it('declares files where files go', async () => {
    const synthesize = (await loadShippedStages()).get('speech.synthesize@1')!;
    const audio = synthesize.output.shape['audio'] as z.ZodNullable<z.ZodType>;
    expect(mediaTypeOf(audio.unwrap())).toBe('audio/wav');
  });
});
