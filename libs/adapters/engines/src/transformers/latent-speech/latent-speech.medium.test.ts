import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { latentVoiceFolder, storeOfFolder } from '@intermodal/testing';
import { speechSynthesiserContract, testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import synthesiser from '../speech-synthesiser/transformers.engine.ts';
import { OpenedModel } from '../transformers.testing.ts';
import type { SpokenTexts } from '../vits/vits.ts';
import { LATENT_SPEECH, type SpeakInVoice } from './latent-speech.ts';

const described = { id: 'tiny-supertonic', tasks: ['speech.synthesise' as const], languages: ['en'] };
const storeWith = (options?: Parameters<typeof latentVoiceFolder>[0], more: object = {}) =>
  storeOfFolder(latentVoiceFolder(options), { ...described, ...more });
const { signal } = new AbortController();

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-supertonic-'))));
afterAll(() => rm(folder, { recursive: true }));

const ofBoth = storeWith({}, { languages: ['en', 'es'] });
afterAll(async () => (await ofBoth)[Symbol.asyncDispose]());
speechSynthesiserContract('transformers, a voice of the kind Supertonic,', async () =>
  synthesiser.open(testContext(await ofBoth)),
);

/** Samples of a letter. */
const LETTER = 767.85;
const samplesOf = (letters: number): number => Math.ceil(letters * LETTER);

/** Speaks as the engine does, and gives the samples. */
async function speak(
  text: string,
  {
    language = 'en',
    ...model
  }: { language?: string; languages?: string[]; voices?: Record<string, number> } = {},
): Promise<Int16Array> {
  const { voices, ...more } = model;
  await using models = await storeWith(voices && { voices }, more);
  const engine = await synthesiser.open(testContext(models));
  try {
    const path = join(folder, 'spoken.wav');
    await engine.use.speak(text, path, { language, signal });
    const file = await readFile(path);
    expect(file.readUInt32LE(24)).toBe(16_000);
    return new Int16Array(file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.length));
  } finally {
    await engine.close();
  }
}

/** How often the sound rises through zero, a second. */
function hertzOf(samples: ArrayLike<number>): number {
  let rises = 0;
  for (let i = 1; i < samples.length; i++) if (samples[i - 1]! < 0 && samples[i]! >= 0) rises++;
  return (rises * 16_000) / samples.length;
}

describe('a voice of the kind Supertonic', () => {
  it('goes all the way from noise to what is said: every letter has its tone, and its length', async () => {
    const said = await speak('az');
    expect(said).toHaveLength(samplesOf(2));
    const [a, z] = [said.subarray(0, 768), said.subarray(768)];
    // `a` is the fifth token, `z` the thirtieth.
    expect(Math.abs(hertzOf(a) - 280)).toBeLessThan(25);
    expect(Math.abs(hertzOf(z) - 780)).toBeLessThan(25);
  });

  it('sounds as the first voice of its files', async () => {
    const loudest = (samples: Int16Array): number => samples.reduce((most, it) => Math.max(most, it), 0);
    const soft = await speak('hello', { voices: { F1: 0.2, M1: 0.8 } });
    const loud = await speak('hello', { voices: { M1: 0.8, F1: 0.2 } });
    expect(loudest(loud) / loudest(soft)).toBeGreaterThan(3);
  });

  it('makes the same of a text each time, alone and among others, although it is made of noise', async () => {
    await using models = await storeWith();
    await using opened = await OpenedModel.open(models, LATENT_SPEECH);
    const said = async (...texts: string[]) =>
      (
        await opened.call<SpokenTexts>({
          ...{ kind: 'speak-in-voice', texts, voice: 'voices/F1.bin' },
        } satisfies SpeakInVoice)
      ).sounds;
    const texts = ['is', 'how old is the bridge', 'bridge'];
    const alone = [];
    for (const text of texts) alone.push(...(await said(text)));
    expect(alone.map(({ length }) => length)).toEqual(texts.map(({ length }) => samplesOf(length)));
    expect(await said(...texts)).toEqual(alone);
    // Two letters that sound alike but for the trace of the noise.
    const [twice] = await said('aa');
    expect(twice!.subarray(0, 700)).not.toEqual(twice!.subarray(768, 1_468));
    await expect(said('a', 'a'.repeat(2_049))).rejects.toMatchObject({
      code: 'input.too_large',
      message: expect.stringMatching(/reads 2048 tokens at most/) as string,
    });
  });

  it('is told the language where it speaks several', async () => {
    expect(await speak('hola', { languages: ['en', 'es'], language: 'es' })).toHaveLength(
      samplesOf('<es>hola</es>'.length),
    );
    expect(await speak('hola', { languages: ['es'], language: 'es' })).toHaveLength(samplesOf(4));
  });

  it('reads sentences that are longer than it speaks in one go to their end', async () => {
    const words = Array<string>(70).fill('hello');
    // 419 letters in two stretches, without the space where they were cut, and a pause of 150 ms.
    expect(await speak(words.join(' '))).toHaveLength(samplesOf(299) + 2_400 + samplesOf(119));
  });

  it('is not opened without a voice, nor speaks by a file that holds none', async () => {
    await using mute = await storeWith({ voices: {} });
    await expect(synthesiser.open(testContext(mute))).rejects.toMatchObject({
      code: 'model.invalid',
      message: 'The model tiny-supertonic has no voice: add one to its files, such as voices/F1.bin.',
    });
    await using broken = await storeOfFolder(
      { ...latentVoiceFolder(), 'voices/F1.bin': new Uint8Array(10) },
      described,
    );
    const engine = await synthesiser.open(testContext(broken));
    const spoken = engine.use.speak('hello', join(folder, 'none.wav'), { language: 'en', signal });
    await expect(spoken).rejects.toMatchObject({
      code: 'model.invalid',
      message: expect.stringMatching(/^The model tiny-supertonic has no voice in voices\/F1\.bin/) as string,
    });
    await engine.close();
  });

  it('says so when a network gives no numbers', async () => {
    await using models = await storeWith({ voices: { F1: 1e38 } });
    await using opened = await OpenedModel.open(models, LATENT_SPEECH);
    const request: SpeakInVoice = { kind: 'speak-in-voice', texts: ['a'], voice: 'voices/F1.bin' };
    await expect(opened.call(request)).rejects.toMatchObject({ code: 'model.output_invalid' });
  });
});
