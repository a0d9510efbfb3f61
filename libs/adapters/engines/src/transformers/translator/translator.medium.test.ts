import type { ModelStore } from '@intermodal/models';
import { storeOfFolder, translatorFolder } from '@intermodal/testing';
import { testContext, translatorContract } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import translator from './transformers.engine.ts';

const { signal } = new AbortController();
const storeOf = (id: string, languages: string[], kind: 'marian' | 'm2m_100' = 'marian') =>
  storeOfFolder(translatorFolder({ kind }), { id, languages, tasks: ['text.translate'] });

const stores = [
  ...[storeOf('tiny-en-es', ['en', 'es']), storeOf('tiny-es-en', ['es', 'en'])],
  storeOf('tiny-many', [], 'm2m_100'),
];
afterAll(async () => {
  for (const store of stores) await (await store)[Symbol.asyncDispose]();
});

/** Some of them in one store. */
async function together(...places: number[]): Promise<ModelStore> {
  const chosen = await Promise.all(places.map((at) => stores[at]!));
  return {
    catalogue: chosen.flatMap(({ catalogue }) => catalogue),
    async find(model, variant) {
      for (const store of chosen) {
        const found = await store.find(model, variant);
        if (found) return found;
      }
      return undefined;
    },
  };
}

translatorContract('transformers, with two pairs,', async () =>
  translator.open(testContext(await together(0, 1))),
);

describe('a translator of many languages', () => {
  it('writes in the language that is asked for', async () => {
    const { use, close } = await translator.open(testContext(await together(2)));
    const translate = async (text: string, from: string, to: string) =>
      (await use.translate([text], { from, to, signal }))[0];
    expect(await translate('the house is big. The house', 'en', 'es')).toBe('la casa es grande. la casa');
    expect(await translate('the house', 'en', 'fr')).toBe('le maison');
    await expect(translate('la casa', 'es', 'tlh')).rejects.toMatchObject({
      code: 'language.unsupported',
      message: "The model tiny-many does not know the language 'tlh': it knows en, es, fr.",
    });
    await close();
  });

  it('is asked where no model of the pair is here', async () => {
    const { use, close } = await translator.open(testContext(await together(0, 2)));
    expect(await use.translate(['the red house'], { from: 'en', to: 'fr', signal })).toEqual([
      'le rouge maison',
    ]);
    await close();
  });
});

it('a text with a sentence that finds no end fails alone, and says which sentence that is', async () => {
  const patient = storeOfFolder(translatorFolder({ contextTokens: 1_000 }), {
    ...{ id: 'tiny-patient', languages: ['en', 'es'], tasks: ['text.translate'] },
  });
  stores.push(patient);
  const { use, close } = await translator.open(testContext(await patient));
  const endless = `The house. R${'ed r'.repeat(600)}ed`;
  const [red, failed] = await use.translate(['the house is red', endless], { from: 'en', to: 'es', signal });
  expect(red).toBe('la casa es roja');
  expect(failed).toMatchObject({
    code: 'input.too_large',
    message: expect.stringMatching(/tiny-patient found no end for the sentence 2 of 2 within 512/) as string,
  });
  await close();
});
