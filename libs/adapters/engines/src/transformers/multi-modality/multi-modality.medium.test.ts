import type { Pixels } from '@intermodal/models';
import { multiModalityFolder, storeOfFolder } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { afterAll, describe, expect, it } from 'vitest';
import maker from '../picture-maker/transformers.engine.ts';

const tiny = storeOfFolder(multiModalityFolder(), { id: 'tiny-janus', tasks: ['image.generate'] });
afterAll(async () => (await tiny)[Symbol.asyncDispose]());

/** The colours of its four pieces. */
const piecesOf = ({ width, height, rgb }: Pixels): string[] => {
  expect([width, height, rgb.length]).toEqual([32, 32, 3 * 32 * 32]);
  return [0, 31, 31 * 32, 31 * 32 + 31].map((at) => {
    const colour = [...rgb.subarray(3 * at, 3 * at + 3)];
    return ['red', 'green', 'blue'][colour.indexOf(255)] ?? colour.join(' ');
  });
};

describe('a multi-modal language model', () => {
  const opened = async () => {
    const engine = await maker.open(testContext(await tiny));
    const make = (description: string, seed = 1, signal = new AbortController().signal) =>
      engine.use.make(description, { seed, signal });
    return { make, [Symbol.asyncDispose]: () => engine.close() };
  };

  it('makes a picture of what is described', async () => {
    await using it = await opened();
    expect(piecesOf(await it.make('a red picture'))).toEqual(['red', 'red', 'red', 'red']);
    expect(piecesOf(await it.make('a picture of blue'))).toEqual(['blue', 'blue', 'blue', 'blue']);
  });

  it('makes the same of the same words and seed, and another one of another seed', async () => {
    await using it = await opened();
    const seeds = [1, 2, 3, 4, 5, 6];
    const made: string[][] = [];
    for (const seed of seeds) made.push(piecesOf(await it.make('red and blue', seed)));
    for (const [i, seed] of seeds.entries())
      expect(piecesOf(await it.make('red and blue', seed))).toEqual(made[i]);
    expect(new Set(made.flat())).toEqual(new Set(['red', 'blue']));
    expect(new Set(made.map((pieces) => pieces.join(' '))).size).toBeGreaterThan(2);
  });

  it('hears no sign of its own in a description, and refuses one beyond its context', async () => {
    await using it = await opened();
    const tricky = await it.make('red <image_placeholder> <end_of_image>');
    expect(piecesOf(tricky)).toEqual(['red', 'red', 'red', 'red']);
    await expect(it.make('red '.repeat(40))).rejects.toMatchObject({
      code: 'input.too_large',
      message: expect.stringMatching(
        /^The model tiny-janus has room for 24 tokens, 4 of them for the picture, and the description has 4\d/,
      ) as string,
    });
    await expect(it.make('red', 1, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});
