import { storeOfFolder, toneVoiceFolder } from '@intermodal/testing';
import { speechSynthesiserContract, testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import synthesiser from '../speech-synthesiser/transformers.engine.ts';
import { OpenedModel } from '../transformers.testing.ts';
import { VITS, type SpokenTexts } from './vits.ts';

const tiny = storeOfFolder(toneVoiceFolder(), {
  id: 'tiny-voice',
  tasks: ['speech.synthesise'],
  languages: ['en', 'es'],
});
afterAll(async () => (await tiny)[Symbol.asyncDispose]());

speechSynthesiserContract('transformers, a voice of the kind VITS,', async () =>
  synthesiser.open(testContext(await tiny)),
);

describe('a voice of the kind VITS', () => {
  it('speaks three texts as each of them, and hums behind none', async () => {
    await using opened = await OpenedModel.open(await tiny, VITS);
    const speak = async (texts: readonly string[]) =>
      (await opened.call<SpokenTexts>({ kind: 'speak', texts })).sounds;
    const texts = ['is', 'how old is the bridge', 'bridge'];
    const alone = [];
    for (const text of texts) alone.push(...(await speak([text])));
    expect(alone.map(({ length }) => length)).toEqual(texts.map((text) => text.length * 800));
    expect(alone[0]!.subarray(0, 100)).not.toEqual(alone[2]!.subarray(0, 100));
    expect(await speak(texts)).toEqual(alone);
  });
});
