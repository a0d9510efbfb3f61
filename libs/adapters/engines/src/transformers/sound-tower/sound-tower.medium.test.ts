import { soundTowerFolder, storeOfFolder } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { describe, expect, it } from 'vitest';
import embedder from '../sound-text-embedder/transformers.engine.ts';

const { signal } = new AbortController();
const tone = (hertz: number, ms: number): Float32Array =>
  Float32Array.from({ length: ms * 48 }, (_, i) => 0.3 * Math.sin((2 * Math.PI * hertz * i) / 48_000));
const cosine = (one: readonly number[], other: readonly number[]) =>
  one.reduce((sum, value, i) => sum + value * other[i]!, 0);
const rounded = (vector: readonly number[]) => vector.map((value) => value.toFixed(6));

async function opened(options = {}) {
  const models = await storeOfFolder(soundTowerFolder(options), { id: 'tiny-clap', tasks: ['audio.embed'] });
  const engine = await embedder.open(testContext(models));
  return {
    ...engine.use,
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await models[Symbol.asyncDispose]();
    },
  };
}

describe('a dual tower for sounds', () => {
  it('puts sounds near the texts that describe them, those beyond 8 kHz too', async () => {
    await using tower = await opened();
    expect([tower.sampleRate, tower.longestMs]).toEqual([48_000, 1_000]);
    const sounds = await tower.embedSounds([tone(500, 1_000), tone(3_000, 1_000), tone(10_000, 1_000)], {
      signal,
    });
    const { vectors: texts } = await tower.embedTexts(['the sound of a hum', 'a whistle', 'hiss'], {
      signal,
    });
    for (const vector of [...sounds, ...texts]) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
    const nearest = sounds.map((sound) => {
      const likeness = texts.map((text) => cosine(sound, text));
      return likeness.indexOf(Math.max(...likeness));
    });
    expect(nearest).toEqual([0, 1, 2]);
  });

  it('gives many as it gives each, of any length, and of texts', async () => {
    await using tower = await opened();
    const clips = [
      tone(500, 1_000),
      tone(3_000, 430),
      new Float32Array(4_800),
      tone(10_000, 90),
      tone(500, 25),
    ];
    const texts = ['hum', 'the sound of a hiss', 'a whistle'];
    const alone = [];
    for (const clip of clips) alone.push(...(await tower.embedSounds([clip], { signal })));
    for (const text of texts) alone.push(...(await tower.embedTexts([text], { signal })).vectors);
    expect(alone[0]).not.toEqual(alone[1]);
    const together = [
      ...(await tower.embedSounds(clips, { signal })),
      ...(await tower.embedTexts(texts, { signal })).vectors,
    ];
    // Sums of a thousand decibels, in another order.
    expect(together.map(rounded)).toEqual(alone.map(rounded));
  });

  it('hears a short clip again and again, also where it fits exactly, and chooses nothing by chance', async () => {
    await using tower = await opened();
    // A hum and then a hiss: which part of it were heard would be seen.
    const both = Float32Array.of(...tone(500, 250), ...tone(10_000, 250));
    const twice = Float32Array.of(...both, ...both);
    const [half, whole, again] = await tower.embedSounds([both, twice, twice], { signal });
    half!.forEach((value, i) => expect(value).toBeCloseTo(whole![i]!, 3));
    expect(again).toEqual(whole);
  });

  it('refuses what is no sound, what it cannot hear, and texts beyond its context', async () => {
    await using tower = await opened();
    const refused = (clip: Float32Array) => tower.embedSounds([clip], { signal });
    await expect(refused(Float32Array.of(...tone(500, 100), NaN))).rejects.toMatchObject({
      code: 'model.input_invalid',
    });
    await expect(refused(new Float32Array(0))).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(refused(tone(500, 1_010))).rejects.toMatchObject({
      code: 'input.too_large',
      message: expect.stringMatching(/^The model tiny-clap hears 1 s at most, and the clip 1 of 1/) as string,
    });
    await expect(tower.embedTexts(['hum '.repeat(15)], { signal })).rejects.toMatchObject({
      code: 'input.too_large',
      message: expect.stringMatching(/reads 16 tokens at most, and the text 1 of 1 has 17/) as string,
    });
  });

  it('is not opened where the library cannot read it', async () => {
    await using tower = await opened({ truncation: 'fusion' });
    await expect(tower.embedSounds([tone(500, 100)], { signal })).rejects.toMatchObject({
      code: 'model.unavailable',
      message: expect.stringMatching(
        /preprocessor_config\.json does not say truncation rand_trunc/,
      ) as string,
    });
  });
});
