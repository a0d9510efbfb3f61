import { storeOfFolder, toneSpellerFolder, writeSpeltSpeech } from '@intermodal/testing';
import { speechRecogniserContract, testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import type { TranscribedClips } from '../clips/requests.ts';
import recogniser from '../speech-recogniser/transformers.engine.ts';
import { OpenedModel } from '../transformers.testing.ts';
import { CTC } from './ctc.ts';

const described = { id: 'tiny-speller', tasks: ['speech.recognise' as const], languages: ['en'] };
const tiny = storeOfFolder(toneSpellerFolder(), described);
afterAll(async () => (await tiny)[Symbol.asyncDispose]());

speechRecogniserContract(
  'transformers, a model that writes letter by letter,',
  async () => recogniser.open(testContext(await tiny)),
  writeSpeltSpeech,
);

describe('a model that writes letter by letter', () => {
  it('is asked for no language that nobody says it hears', async () => {
    await using models = await storeOfFolder(toneSpellerFolder(), { ...described, languages: [] });
    const engine = await recogniser.open(testContext(models));
    try {
      const { signal } = new AbortController();
      await expect(engine.use.transcribe('none.wav', { language: 'en', signal })).rejects.toMatchObject({
        code: 'language.unsupported',
        message: expect.stringMatching(/^Nobody says which languages the model tiny-speller hears/) as string,
      });
    } finally {
      await engine.close();
    }
  });

  it('hears nothing in a clip that is too short for a frame, and refuses what is no sound', async () => {
    await using opened = await OpenedModel.open(await tiny, CTC);
    const hear = (clip: Float32Array) => opened.call<TranscribedClips>({ kind: 'transcribe', clips: [clip] });
    expect((await hear(new Float32Array(100))).clips).toEqual([{ language: null, text: '', words: [] }]);
    await expect(hear(new Float32Array(800).fill(Infinity))).rejects.toMatchObject({
      code: 'model.input_invalid',
    });
  });
});
