import type { IntermodalError } from '@intermodal/contracts';
import { storeOfFolder, textEncoderFolder } from '@intermodal/testing';
import { testContext, textEmbedderContract } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import embedder from '../text-embedder/transformers.engine.ts';

const { signal } = new AbortController();
const described = { id: 'tiny-encoder', tasks: ['text.embed'] } as const;
const storeWith = (more: Partial<Parameters<typeof storeOfFolder>[1]> = {}, folder = textEncoderFolder()) =>
  storeOfFolder(folder, { ...described, tasks: [...described.tasks], ...more });

const tiny = storeWith();
afterAll(async () => (await tiny)[Symbol.asyncDispose]());

textEmbedderContract('transformers, a text encoder,', async () => embedder.open(testContext(await tiny)));

describe('a text encoder', () => {
  const opened = async (models: Awaited<ReturnType<typeof storeWith>>) => {
    const engine = await embedder.open(testContext(models));
    return { ...engine, [Symbol.asyncDispose]: () => engine.close() };
  };

  it('refuses a text beyond its context, names its place, and goes on', async () => {
    await using engine = await opened(await tiny);
    const refused = engine.use.embed(['one', 'two '.repeat(63)], { signal });
    await expect(refused).rejects.toMatchObject({
      code: 'input.too_large',
      message:
        'The model tiny-encoder reads 64 tokens at most, and the text 2 of 2 has 65: give it shorter texts.',
    } satisfies Partial<IntermodalError>);
    const { vectors, tokens, tokensOfEach } = await engine.use.embed(['two '.repeat(62), 'two'], { signal });
    expect(vectors[0]![1]).toBeCloseTo(1);
    // With what stands around each.
    expect([tokens, tokensOfEach]).toEqual([67, [64, 3]]);
  });

  it('answers two thousand texts of all lengths in their order', async () => {
    await using engine = await opened(await tiny);
    const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
    const texts = Array.from({ length: 2_000 }, (_, i) => `${words[i % 10]} `.repeat(1 + ((i * 7) % 40)));
    const { vectors } = await engine.use.embed(texts, { signal });
    expect(vectors.map((vector) => vector.indexOf(Math.max(...vector)))).toEqual(texts.map((_, i) => i % 10));
  });

  it.each([
    ['mean', [0.5, 0.5]],
    ['first', [1, 0]],
    ['last', [0, 1]],
  ] as const)('makes one vector of many by the %s', async (pooling, expected) => {
    const bare = textEncoderFolder({ around: ['$A'] });
    await using models = await storeWith({ pooling }, bare);
    await using engine = await opened(models);
    const { vectors } = await engine.use.embed(['one two', 'nine'], { signal });
    // Its own, and the half of both that every token hears.
    const [one, two] = expected.map((share) => share + 0.5);
    const length = Math.hypot(one!, two!);
    expect(vectors[0]!.slice(0, 2)).toEqual([expect.closeTo(one! / length), expect.closeTo(two! / length)]);
  });

  it('takes the precision that the catalogue names', async () => {
    await using models = await storeWith({ dtype: 'q8' }, textEncoderFolder({ dtype: 'q8' }));
    await using engine = await opened(models);
    expect((await engine.use.embed(['ten'], { signal })).vectors[0]![9]).toBeCloseTo(1);
  });
});
