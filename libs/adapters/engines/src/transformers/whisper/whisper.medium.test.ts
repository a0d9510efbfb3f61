import { toneSpeech, toneTranscriberFolder, storeOfFolder, writeToneSpeech } from '@intermodal/testing';
import { speechRecogniserContract, testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import type { TranscribeClips, TranscribedClips } from '../clips/requests.ts';
import recogniser from '../speech-recogniser/transformers.engine.ts';
import { OpenedModel } from '../transformers.testing.ts';
import { WHISPER } from './whisper.ts';

const storeWith = (...options: Parameters<typeof toneTranscriberFolder>) =>
  storeOfFolder(toneTranscriberFolder(...options), { id: 'tiny-whisper', tasks: ['speech.recognise'] });
const tiny = storeWith();
const attentive = storeWith({ attentive: true });
afterAll(async () => {
  await (await tiny)[Symbol.asyncDispose]();
  await (await attentive)[Symbol.asyncDispose]();
});

speechRecogniserContract(
  'transformers, a model of Whisper’s kind,',
  async () => recogniser.open(testContext(await tiny)),
  writeToneSpeech,
);

const clipOf = (...sentences: string[]): Float32Array =>
  Float32Array.from(toneSpeech(sentences, { pauseMs: 0 }), (it) => it / 32_768);
const hear = async (
  opened: OpenedModel,
  clips: readonly Float32Array[],
  more: Partial<TranscribeClips> = {},
): Promise<TranscribedClips['clips']> => {
  const request: TranscribeClips = { kind: 'transcribe', clips, ...more };
  return (await opened.call<TranscribedClips>(request)).clips;
};

describe('a model of Whisper’s kind', () => {
  it('writes for three clips as for each of them, whatever their lengths and languages', async () => {
    await using opened = await OpenedModel.open(await tiny, WHISPER);
    const clips = [
      clipOf('where is the station'),
      clipOf('ou est le pont'),
      clipOf('the quick brown fox jumps over the lazy dog'),
    ];
    const alone = [];
    for (const clip of clips) alone.push(...(await hear(opened, [clip])));
    expect(alone.map(({ text, language }) => [text, language])).toEqual([
      ['where is the station', 'en'],
      ['ou est le pont', 'fr'],
      ['the quick brown fox jumps over the lazy dog', 'en'],
    ]);
    expect(await hear(opened, clips)).toEqual(alone);
  });

  it('finds out which language is spoken, and writes in the one that it is told', async () => {
    await using opened = await OpenedModel.open(await tiny, WHISPER);
    const french = clipOf('comment est le temps');
    expect(await hear(opened, [french])).toMatchObject([{ text: 'comment est le temps', language: 'fr' }]);
    expect(await hear(opened, [french], { language: 'en' })).toMatchObject([
      { text: 'how is the weather', language: 'en' },
    ]);
    await expect(hear(opened, [french], { language: 'tlh' })).rejects.toMatchObject({
      code: 'language.unsupported',
      message: "The model tiny-whisper does not hear the language 'tlh': it hears en, fr.",
    });
  });

  it('of one for English, too', async () => {
    await using models = await storeWith({ multilingual: false });
    await using opened = await OpenedModel.open(models, WHISPER);
    expect(await hear(opened, [clipOf('how old is the bridge')], { language: 'en' })).toMatchObject([
      { text: 'how old is the bridge', language: 'en' },
    ]);
    await expect(hear(opened, [clipOf('is')], { language: 'fr' })).rejects.toMatchObject({
      code: 'language.unsupported',
    });
  });

  it('says when each word was said, and how sure it is, where it tells what it listened to', async () => {
    await using opened = await OpenedModel.open(await attentive, WHISPER);
    const clips = [clipOf('the weather is very nice today'), clipOf('where is the dog')];
    const [first, second] = await hear(opened, clips);
    expect(first!.words.map(({ text }) => text).join(' ')).toBe('the weather is very nice today');
    for (const { words } of [first!, second!])
      for (const [i, { startMs, endMs, confidence }] of words.entries()) {
        // Its frames are of 20 ms, smoothed over seven.
        expect(Math.abs(startMs - 500 * i)).toBeLessThanOrEqual(60);
        expect(Math.abs(endMs - 500 * (i + 1))).toBeLessThanOrEqual(60);
        expect(confidence).toBeGreaterThan(0.9);
      }
  });

  it('shares the time of a segment among its words where it does not, whatever its settings name', async () => {
    await using models = await storeWith({ namesHeads: true });
    await using opened = await OpenedModel.open(models, WHISPER);
    expect((await hear(opened, [clipOf('the dog')]))[0]!.words).toEqual([
      { text: 'the', startMs: 0, endMs: 500 },
      { text: 'dog', startMs: 500, endMs: 1000 },
    ]);
  });

  it('says nothing where nobody speaks', async () => {
    await using opened = await OpenedModel.open(await tiny, WHISPER);
    const random = () => Math.sin((seed += 12.9898) * 78.233) * 0.1;
    let seed = 1;
    const noise = Float32Array.from({ length: 32_000 }, random);
    expect(await hear(opened, [noise, new Float32Array(16_000), new Float32Array(0)])).toMatchObject([
      { text: '', words: [] },
      { text: '', words: [] },
      { text: '', words: [] },
    ]);
  });

  it('refuses what is longer than it hears, and what is no sound', async () => {
    await using opened = await OpenedModel.open(await tiny, WHISPER);
    await expect(hear(opened, [clipOf('is'), new Float32Array(16_000 * 31)])).rejects.toMatchObject({
      code: 'input.too_large',
      message:
        'The model tiny-whisper hears 30 s at most, and the clip 2 of 2 has 31.0 s: give it shorter ones.',
    });
    await expect(hear(opened, [Float32Array.of(0, NaN, 0.5)])).rejects.toMatchObject({
      code: 'model.input_invalid',
      message:
        'The model tiny-whisper was given samples that are no numbers (NaN or infinite), in the clip 1 of 1.',
    });
    expect(await hear(opened, [clipOf('is')])).toMatchObject([{ text: 'is' }]);
  });
});
