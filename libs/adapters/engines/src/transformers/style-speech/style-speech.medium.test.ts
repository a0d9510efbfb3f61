import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { phonemeVoiceFolder, storeOfFolder } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import synthesiser from '../speech-synthesiser/transformers.engine.ts';
import { OpenedModel } from '../transformers.testing.ts';
import type { SpokenTexts } from '../vits/vits.ts';
import { STYLE_SPEECH, type SpeakPhonemes } from './style-speech.ts';

const described = { id: 'tiny-kokoro', tasks: ['speech.synthesise' as const], languages: ['en'] };
const storeWith = (...options: Parameters<typeof phonemeVoiceFolder>) =>
  storeOfFolder(phonemeVoiceFolder(...options), described);
const { signal } = new AbortController();

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'intermodal-kokoro-'))));
afterAll(() => rm(folder, { recursive: true }));

const PHONEME = 1_440;
const loudest = (samples: ArrayLike<number>) =>
  Array.from(samples).reduce((most, it) => Math.max(most, it), 0);

/** Speaks as the engine does, and gives the samples. */
async function speak(text: string, options: Parameters<typeof phonemeVoiceFolder>[0] = {}) {
  await using models = await storeWith(options);
  const engine = await synthesiser.open(testContext(models));
  try {
    const path = join(folder, 'spoken.wav');
    await engine.use.speak(text, path, { language: 'en', signal });
    const file = await readFile(path);
    expect(file.readUInt32LE(24)).toBe(24_000);
    return new Int16Array(file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.length));
  } finally {
    await engine.close();
  }
}

describe('a voice of Kokoro’s kind', () => {
  it('says a text as espeak-ng tells how, longer for more words, and nothing for none', async () => {
    // həlˈO wˈɜɹld, between two tokens
    expect(await speak('hello world')).toHaveLength(14 * PHONEME);
    const word = await speak('hello.');
    expect(word).toHaveLength(8 * PHONEME);
    expect((await speak('goodbye.')).subarray(2_000, 3_000)).not.toEqual(word.subarray(2_000, 3_000));
    expect(await speak(' … ')).toHaveLength(0);
  });

  it('has the voice of its first file, in the accent of that', async () => {
    const american = await speak('hello', { voices: { af_tone: 0.5, bm_tone: 1 } });
    const british = await speak('hello', { voices: { bm_tone: 1, af_tone: 0.5 } });
    expect(loudest(british) / loudest(american)).toBeCloseTo(2, 1);
    expect(british).not.toEqual(american.map((sample) => 2 * sample));
  });

  it('speaks three as each of them, each in the style of its length', async () => {
    await using models = await storeWith();
    await using opened = await OpenedModel.open(models, STYLE_SPEECH);
    const said = async (...phonemes: string[]) =>
      (
        await opened.call<SpokenTexts>({
          ...{ kind: 'speak-phonemes', phonemes, voice: 'voices/af_tone.bin' },
        } satisfies SpeakPhonemes)
      ).sounds;
    const stretches = ['hˈA', 'a'.repeat(500), 'ðə', 'a'.repeat(510)];
    const alone = [];
    for (const stretch of stretches) alone.push(...(await said(stretch)));
    expect(alone.map(loudest).map((it) => it.toFixed(3))).toEqual(
      [3, 500, 2, 509].map((row) => ((0.5 * row) / 509).toFixed(3)),
    );
    expect(await said(...stretches)).toEqual(alone);
    await expect(said('a', 'a'.repeat(511))).rejects.toMatchObject({
      code: 'input.too_large',
      message: expect.stringMatching(/reads 512 tokens at most/) as string,
    });
  });

  it('reads sentences that are longer than it reads at once to their end', async () => {
    const sentence = Array<string>(120).fill('hello').join(' ');
    const spoken = await speak(sentence);
    const pauses = [2, 3].map((stretches) => (stretches - 1) * 3_600);
    // Of each word six letters and a space, but for those that were cut apart; two tokens around each stretch.
    expect(spoken.length).toBeGreaterThan(120 * 6 * PHONEME + pauses[0]!);
    expect(loudest(spoken.subarray(-6 * PHONEME))).toBeGreaterThan(0);
  });

  it('is not opened without an English voice, nor speaks by a file that holds none', async () => {
    await using japanese = await storeWith({ voices: { jf_tone: 0.5 } });
    await expect(synthesiser.open(testContext(japanese))).rejects.toMatchObject({
      code: 'model.invalid',
      message: expect.stringMatching(/no English voice: add one to its files, such as/) as string,
    });
    await using broken = await storeOfFolder(
      { ...phonemeVoiceFolder(), 'voices/af_tone.bin': new Uint8Array(1_000) },
      described,
    );
    const engine = await synthesiser.open(testContext(broken));
    const spoken = engine.use.speak('hello', join(folder, 'none.wav'), { language: 'en', signal });
    await expect(spoken).rejects.toMatchObject({
      code: 'model.invalid',
      message: expect.stringMatching(/^The model tiny-kokoro has no voice in voices\/af_tone\.bin/) as string,
    });
    await engine.close();
  });

  it('says so where espeak-ng is not installed', async () => {
    await using models = await storeWith();
    vi.stubEnv('PATH', '/nowhere');
    try {
      expect(await synthesiser.probe(testContext(models))).toEqual({
        available: false,
        reason:
          'The model tiny-kokoro needs the program espeak-ng, which is not here: apt-get install espeak-ng.',
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('refuses other languages than its own', async () => {
    await using models = await storeWith();
    const engine = await synthesiser.open(testContext(models));
    const spoken = engine.use.speak('hola', join(folder, 'none.wav'), { language: 'es', signal });
    await expect(spoken).rejects.toMatchObject({ code: 'language.unsupported' });
    await engine.close();
  });
});
