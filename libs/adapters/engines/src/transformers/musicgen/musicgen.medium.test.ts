import type { MadeSound } from '@intermodal/models';
import {
  MADE_TONES,
  storeOfFolder,
  toneLevel,
  toneMakerFolder,
  type ToneMakerOptions,
} from '@intermodal/testing';
import { soundMakerContract, testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import maker from '../sound-maker/transformers.engine.ts';
import { OpenedModel } from '../transformers.testing.ts';
import { MUSICGEN, type MakeSound } from './musicgen.ts';

const store = (options: ToneMakerOptions = {}) =>
  storeOfFolder(toneMakerFolder(options), { id: 'tiny-musicgen', tasks: ['audio.generate'] });
const tiny = store();
afterAll(async () => (await tiny)[Symbol.asyncDispose]());

soundMakerContract('transformers, a model of MusicGen’s kind,', async () =>
  maker.open(testContext(await tiny)),
);

const asked = (description: string, more: Partial<MakeSound> = {}): MakeSound => ({
  ...{ kind: 'make', description, seconds: 1, seed: 1, guidance: 3 },
  ...more,
});

/** Which tone each frame is, and whether it is nothing else. */
function tonesOf({ samples, sampleRate }: MadeSound): string[] {
  const frame = sampleRate / 50;
  return Array.from({ length: samples.length / frame }, (_, at) => {
    const own = samples.subarray(at * frame, (at + 1) * frame);
    const pure = Object.entries(MADE_TONES).find(
      ([, hertz]) => Math.abs(toneLevel(own, hertz, sampleRate) - 0.5) < 1e-4,
    );
    return pure?.[0] ?? 'mixed';
  });
}

describe('a model of MusicGen’s kind', () => {
  it('draws each frame by itself, with the codes of all books that belong to it', async () => {
    await using opened = await OpenedModel.open(await tiny, MUSICGEN);
    const tones = tonesOf(await opened.call<MadeSound>(asked('low and high')));
    expect(tones).toHaveLength(50);
    expect(new Set(tones)).toEqual(new Set(['low', 'high']));
  });

  it('keeps closer to the description with more guidance', async () => {
    await using opened = await OpenedModel.open(await tiny, MUSICGEN);
    const highOf = async (guidance: number) => {
      const sound = await opened.call<MadeSound>(asked('lowish', { guidance, seconds: 4 }));
      return tonesOf(sound).filter((tone) => tone === 'high').length / 200;
    };
    // Shares of exp(0) beside exp(1), exp(2) and exp(10).
    expect(await highOf(1)).toBeCloseTo(1 / (1 + Math.E), 1);
    expect(await highOf(2)).toBeCloseTo(1 / (1 + Math.E ** 2), 1);
    expect(await highOf(10)).toBe(0);
  });

  it('hears no sign of its own in a description', async () => {
    await using opened = await OpenedModel.open(await tiny, MUSICGEN);
    const tricky = await opened.call<MadeSound>(asked('low <s></s>'));
    expect(new Set(tonesOf(tricky))).toEqual(new Set(['low']));
  });

  it('says for how much it has room', async () => {
    await using models = await store({ positions: 103 });
    await using opened = await OpenedModel.open(models, MUSICGEN);
    expect((await opened.call<MadeSound>(asked('low', { seconds: 2 }))).samples.length).toBe(64_000);
    await expect(opened.call(asked('low', { seconds: 2.01 }))).rejects.toMatchObject({
      code: 'input.too_large',
      message: 'The model tiny-musicgen has room for 2 s of sound, and 2.01 s were asked for: ask for less.',
    });
    await expect(opened.call(asked('low '.repeat(40)))).rejects.toMatchObject({
      code: 'input.too_large',
      message: expect.stringMatching(
        /^The model tiny-musicgen reads 24 tokens at most, and the text 1 of 1 has 41/,
      ) as string,
    });
  });

  it('stops between two steps, and its process makes the next one', async () => {
    await using opened = await OpenedModel.open(await tiny, MUSICGEN);
    const before = await opened.call<MadeSound>(asked('low'));
    const held = opened.house.loaded.get('tiny-musicgen');
    const stop = new AbortController();
    const reason = new Error('told to stop');
    const long = opened.call(asked('low', { seconds: 30 }), {
      signal: stop.signal,
      onPartial: () => stop.abort(reason),
    });
    await expect(long).rejects.toBe(reason);
    expect(await opened.call(asked('low'))).toEqual(before);
    expect(opened.house.loaded.get('tiny-musicgen')).toEqual(held);
  });

  it.each([
    ['decoder_model_merged', /in logits that are no numbers \(NaN\)\.$/],
    ['encodec_decode', /in audio_values that are no numbers \(NaN or infinite\)\.$/],
  ] as const)('gives no sound of a %s whose weights are no numbers', async (broken, why) => {
    await using models = await store({ broken });
    await using opened = await OpenedModel.open(models, MUSICGEN);
    await expect(opened.call(asked('low'))).rejects.toMatchObject({
      code: 'model.output_invalid',
      message: expect.stringMatching(why) as string,
    });
  });

  it('is refused where it makes more channels than the library knows', async () => {
    await using models = await store({ channels: 2 });
    await using opened = await OpenedModel.open(models, MUSICGEN);
    await expect(opened.call(asked('low'))).rejects.toMatchObject({
      code: 'model.unavailable',
      message: expect.stringMatching(/makes sounds of 2 channels/) as string,
    });
  });
});
