import type { Pixels } from '@intermodal/models';
import { dualTowerFolder, makePixels, storeOfFolder, textEncoderFolder } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { describe, expect, it } from 'vitest';
import embedder from '../picture-text-embedder/transformers.engine.ts';
import textEmbedder from '../text-embedder/transformers.engine.ts';

const { signal } = new AbortController();
const plain = (...colour: [number, number, number]): Pixels => makePixels({ width: 40, height: 24 }, colour);
const cosine = (one: readonly number[], other: readonly number[]) =>
  one.reduce((sum, value, i) => sum + value * other[i]!, 0);

describe.each(['clip', 'siglip'] as const)('a dual tower, %s,', (kind) => {
  const opened = async () => {
    const models = await storeOfFolder(dualTowerFolder(kind), {
      ...{ id: `tiny-${kind}`, tasks: ['image.embed', 'text.embed'] },
    });
    const engine = await embedder.open(testContext(models));
    return {
      ...engine.use,
      models,
      [Symbol.asyncDispose]: async () => {
        await engine.close();
        await models[Symbol.asyncDispose]();
      },
    };
  };

  it('puts pictures near the texts that describe them', async () => {
    await using towers = await opened();
    const pictures = await towers.embedPictures([plain(250, 10, 10), plain(10, 10, 240)], { signal });
    const { vectors: texts } = await towers.embedTexts(['a photo of red', 'blue'], { signal });
    for (const vector of [...pictures, ...texts]) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
    expect(cosine(pictures[0]!, texts[0]!)).toBeGreaterThan(cosine(pictures[0]!, texts[1]!) + 0.5);
    expect(cosine(pictures[1]!, texts[1]!)).toBeGreaterThan(cosine(pictures[1]!, texts[0]!) + 0.5);
  });

  it('gives three as it gives each, of pictures and of texts', async () => {
    await using towers = await opened();
    const pictures = [plain(250, 10, 10), makePixels({ width: 9, height: 70 }, [5, 200, 90]), plain(1, 2, 3)];
    const texts = ['red', 'a photo of green', 'a photo of a blue'];
    const alone = [];
    for (const picture of pictures) alone.push(...(await towers.embedPictures([picture], { signal })));
    for (const text of texts) alone.push(...(await towers.embedTexts([text], { signal })).vectors);
    const together = [
      ...(await towers.embedPictures(pictures, { signal })),
      ...(await towers.embedTexts(texts, { signal })).vectors,
    ];
    expect(together).toEqual(alone);
  });

  it('refuses a text beyond its context', async () => {
    await using towers = await opened();
    const long = towers.embedTexts(['red '.repeat(30)], { signal });
    await expect(long).rejects.toMatchObject({
      code: 'input.too_large',
      message: expect.stringMatching(/reads 16 tokens at most, and the text 1 of 1 has 3\d/) as string,
    });
  });

  it('serves text.embed as well, behind no sentence model', async () => {
    await using towers = await opened();
    await using sentences = await storeOfFolder(textEncoderFolder(), {
      id: 'sentences',
      tasks: ['text.embed'],
    });
    const alone = await textEmbedder.open(testContext(towers.models));
    expect(alone.model).toBe(`tiny-${kind}`);
    const both = await textEmbedder.open(
      testContext({
        catalogue: [...towers.models.catalogue, ...sentences.catalogue],
        find: async (model) => (await sentences.find(model)) ?? towers.models.find(model),
      }),
    );
    expect(both.model).toBe('sentences');
    await Promise.all([alone.close(), both.close()]);
  });
});
