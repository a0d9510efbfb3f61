import {
  CLASSIFIED_TONES,
  storeOfFolder,
  toneClassifierFolder,
  toneSpellerFolder,
} from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { describe, expect, it } from 'vitest';
import classifier from '../sound-classifier/transformers.engine.ts';

const { signal } = new AbortController();
const described = { id: 'tiny-classifier', tasks: ['audio.classify' as const] };

const tone = (hertz: number, ms: number): Float32Array =>
  Float32Array.from({ length: ms * 16 }, (_, i) => 0.3 * Math.sin((2 * Math.PI * hertz * i) / 16_000));
const { Hum: LOW, Whistle: HIGH } = CLASSIFIED_TONES as { Hum: number; Whistle: number };

async function opened(options: Parameters<typeof toneClassifierFolder>[0]) {
  const models = await storeOfFolder(toneClassifierFolder(options), described);
  const engine = await classifier.open(testContext(models));
  return {
    ...engine.use,
    bestOf: async (clips: readonly Float32Array[]) =>
      (await engine.use.classify(clips, { signal })).map(
        (scores) => engine.use.labels[scores.indexOf(Math.max(...scores))],
      ),
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await models[Symbol.asyncDispose]();
    },
  };
}

const KINDS = ['audio-spectrogram-transformer', 'wav2vec2', 'hubert', 'wavlm'] as const;

describe.each(KINDS)('a classifier of sounds, %s,', (kind) => {
  it('tells sounds apart, however short', async () => {
    await using it = await opened({ kind });
    expect(it.labels).toEqual(['hum', 'whistle', 'quiet']);
    const clips = [tone(LOW, 900), tone(HIGH, 900), new Float32Array(14_400), tone(HIGH, 100)];
    expect(await it.bestOf(clips)).toEqual(['hum', 'whistle', 'quiet', 'whistle']);
    for (const scores of await it.classify(clips, { signal }))
      expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1);
  });

  it('gives many as it gives each, of one length and of several', async () => {
    await using it = await opened({ kind });
    const clips = [
      tone(LOW, 700),
      tone(HIGH, 300),
      tone(800, 700),
      tone(LOW, 310),
      ...Array<Float32Array>(5).fill(tone(HIGH, 700)),
    ];
    const alone = [];
    for (const clip of clips) alone.push(...(await it.classify([clip], { signal })));
    expect(alone[0]).not.toEqual(alone[1]);
    expect(await it.classify(clips, { signal })).toEqual(alone);
  });

  it('refuses what is no sound, and what it cannot hear', async () => {
    await using it = await opened({ kind });
    const refused = (clip: Float32Array) => it.classify([tone(LOW, 500), clip], { signal });
    await expect(refused(new Float32Array(800).fill(NaN))).rejects.toMatchObject({
      code: 'model.input_invalid',
      message: expect.stringMatching(/no numbers \(NaN or infinite\), in the clip 2 of 2\.$/) as string,
    });
    for (const samples of [0, 399])
      await expect(refused(new Float32Array(samples))).rejects.toMatchObject({
        code: 'input.invalid',
        message: expect.stringMatching(
          /^The model tiny-classifier hears nothing in less than 25 ms, and the clip 2 of 2 has \d+ ms/,
        ) as string,
      });
    await expect(refused(tone(LOW, it.longestMs + 10))).rejects.toMatchObject({
      code: 'input.too_large',
      message: expect.stringMatching(/hears [\d.]+ s at most/) as string,
    });
    // The process goes on.
    expect(await it.bestOf([tone(LOW, it.longestMs)])).toEqual(['hum']);
  });
});

describe('a classifier of sounds', () => {
  it('gives each label a score by itself where several may hold', async () => {
    await using it = await opened({ several: true });
    const both = tone(LOW, 500).map((value, i) => value + tone(HIGH, 500)[i]!);
    const [scores] = await it.classify([both], { signal });
    expect(scores![0]).toBeGreaterThan(0.9);
    expect(scores![1]).toBeGreaterThan(0.9);
  });

  it('is no model that writes letters, and says what it is', async () => {
    await using models = await storeOfFolder(toneSpellerFolder(), described);
    expect(await classifier.probe(testContext(models))).toMatchObject({
      available: false,
      reason: expect.stringMatching(
        /is a wav2vec2, Wav2Vec2ForCTC, and for audio\.classify the engine transformers opens a classifier of sounds/,
      ) as string,
    });
  });
});
