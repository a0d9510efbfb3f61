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
    const hashes = (await loadShippedPipelines()).map((document) => [
      `${document.name}@${document.version}`,
      compile(document, stages).sha256,
    ]);
    // A version that is out there never changes: with another hash the API would not start on a database that knows it.
    expect(Object.fromEntries(hashes)).toEqual({
      'chat@1': 'f77c2fa7510e7d2d58a73501f2af6bfaafe7112141d3a77a7a5ccd7a9f031def',
      'music@1': 'f7101a00a15069f4a68c5deddfb3b17839f831511eda7fa90ef968b2f11336e1',
      'text-embedding@1': 'c24e7ec12579cc9c5106f7abfa2ee96324ef2f53d5f7febbc137a42a08125475',
      'speech@1': '912a955fb5f5c8ef57bc92e6497645e923bc63c251d3a18334f5a7f2607726c7',
      'transcription@1': '0fb310578e49ede5e6b80921b35ca88e6f67c7a1173ffc32db9bd605c6ad66ea',
      'translation@1': 'c5e3a8128bf94934b9697c856c7786bd6f47eeca5a8011df17937cdd5d8507a3',
      'sound-classification@1': '3c672e42fa9b417f2b68f4709c9cddacd4253486abe53a523cad4125fb24b8f3',
      'speech-to-speech@1': '198d7c4827b497a81148cc3857ff49a7180aaa19b31bcb793c4f5de9f26a166a',
      'video-to-text@1': '31299d1499ad81c641357c46a44832dcbbace2425bcbd4050491ea8c239f5324',
      'visual-question-answering@1': '01886a81b1d000f7df2a6e16c98baf121860d5757e6aa289f918db22b4ac8e22',
    });
  });

  it('declares files where files go', async () => {
    const synthesize = (await loadShippedStages()).get('speech.synthesize@1')!;
    const audio = synthesize.output.shape['audio'] as z.ZodNullable<z.ZodType>;
    expect(mediaTypeOf(audio.unwrap())).toBe('audio/wav');
  });
});
