import { storeOfFolder, toneSpeech, toneWriterFolder, writeToneSpeech } from '@intermodal/testing';
import { speechRecogniserContract, testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import type { TranscribedClips } from '../clips/requests.ts';
import recogniser from '../speech-recogniser/transformers.engine.ts';
import { OpenedModel } from '../transformers.testing.ts';
import { MOONSHINE } from './moonshine.ts';

const described = { id: 'tiny-moonshine', tasks: ['speech.recognise' as const], languages: ['en'] };
const tiny = storeOfFolder(toneWriterFolder(), described);
afterAll(async () => (await tiny)[Symbol.asyncDispose]());

speechRecogniserContract(
  'transformers, a model of Moonshine’s kind,',
  async () => recogniser.open(testContext(await tiny)),
  writeToneSpeech,
);

const clipOf = (...sentences: string[]): Float32Array =>
  Float32Array.from(toneSpeech(sentences, { pauseMs: 0 }), (it) => it / 32_768);
const hear = async (opened: OpenedModel, ...clips: Float32Array[]) =>
  (await opened.call<TranscribedClips>({ kind: 'transcribe', clips })).clips;

describe('a model of Moonshine’s kind', () => {
  it('writes for four clips as for each of them, those of one length and others', async () => {
    await using opened = await OpenedModel.open(await tiny, MOONSHINE);
    const said = [
      'where is the dog',
      'how is the weather',
      'the quick brown fox jumps over the lazy dog',
      'is',
    ];
    const clips = said.map((sentence) => clipOf(sentence));
    const alone = [];
    for (const clip of clips) alone.push(...(await hear(opened, clip)));
    expect(alone.map(({ text }) => text)).toEqual(said);
    expect(await hear(opened, ...clips)).toEqual(alone);
  });

  it('ends a row of a batch where its own text ends', async () => {
    await using opened = await OpenedModel.open(await tiny, MOONSHINE);
    const short = clipOf('the dog');
    const filled = new Float32Array(clipOf('the quick brown fox').length);
    filled.set(short);
    const texts = (await hear(opened, filled, clipOf('the quick brown fox'))).map(({ text }) => text);
    expect(texts).toEqual(['the dog', 'the quick brown fox']);
  });

  it('writes a word of less than a second, and no more than can be said in the time', async () => {
    await using models = await storeOfFolder(toneWriterFolder({ endless: true }), described);
    await using opened = await OpenedModel.open(models, MOONSHINE);
    const wordsOf = async (clip: Float32Array) => (await hear(opened, clip))[0]!.words.length;
    expect(await wordsOf(clipOf('fox'))).toBe(8);
    expect(await wordsOf(clipOf('the quick'))).toBe(13);
    // Never beyond the places that it has, though there would be time for 364.
    expect(await wordsOf(clipOf(Array<string>(56).fill('dog').join(' ')))).toBe(193);
  });

  it('hears nothing in a clip that is too short, and refuses what is no sound or too long', async () => {
    await using opened = await OpenedModel.open(await tiny, MOONSHINE);
    const silent = { language: null, text: '', words: [] };
    expect(await hear(opened, new Float32Array(0), new Float32Array(1_500))).toEqual([silent, silent]);
    await expect(hear(opened, clipOf('dog').fill(NaN, 7, 8))).rejects.toMatchObject({
      code: 'model.input_invalid',
    });
    await expect(hear(opened, new Float32Array(65 * 16_000))).rejects.toMatchObject({
      code: 'input.too_large',
      message: expect.stringMatching(/hears 64 s at most, and the clip 1 of 1 has 65.0 s/) as string,
    });
  });
});
