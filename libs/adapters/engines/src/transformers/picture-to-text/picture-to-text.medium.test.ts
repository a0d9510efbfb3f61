import type { Pixels } from '@intermodal/models';
import { makePixels, pictureToTextFolder, storeOfFolder } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import describer from '../picture-describer/transformers.engine.ts';

const { signal } = new AbortController();
const plain = (...colour: [number, number, number]): Pixels => makePixels({ width: 40, height: 24 }, colour);

const tiny = storeOfFolder(pictureToTextFolder(), { id: 'tiny-captioner', tasks: ['image.describe'] });
const mute = storeOfFolder(pictureToTextFolder({ mute: true }), { id: 'mute', tasks: ['image.describe'] });
afterAll(async () => {
  for (const store of [tiny, mute]) await (await store)[Symbol.asyncDispose]();
});

describe('a vision encoder and decoder', () => {
  const opened = async (store = tiny) => {
    const engine = await describer.open(testContext(await store));
    return { ...engine.use, [Symbol.asyncDispose]: () => engine.close() };
  };

  it('says what pictures show, of three as of each', async () => {
    await using engine = await opened();
    const pictures = [
      plain(250, 10, 10),
      plain(10, 10, 240),
      makePixels({ width: 9, height: 70 }, [5, 200, 90]),
    ];
    const together = await engine.describe(pictures, { maxTokens: 20, signal });
    expect(together).toEqual([
      { text: 'a red picture', isCut: false },
      { text: 'a blue picture', isCut: false },
      { text: 'a green picture', isCut: false },
    ]);
    const alone = [];
    for (const picture of pictures)
      alone.push(...(await engine.describe([picture], { maxTokens: 20, signal })));
    expect(together).toEqual(alone);
  });

  it('may have nothing to say', async () => {
    await using engine = await opened(mute);
    const nothing = { text: '', isCut: false };
    const pictures = [plain(250, 10, 10), plain(10, 10, 240)];
    expect(await engine.describe(pictures, { maxTokens: 20, signal })).toEqual([nothing, nothing]);
  });

  it('says what it cut off', async () => {
    await using engine = await opened();
    const cut = await engine.describe([plain(250, 10, 10)], { maxTokens: 2, signal });
    expect(cut).toEqual([{ text: 'a red', isCut: true }]);
  });
});
