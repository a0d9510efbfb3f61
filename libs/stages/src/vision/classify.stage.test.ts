import { LocalFile } from '@intermodal/contracts';
import { imageToolsDouble, makePixels, runStage } from '@intermodal/testing';
import { expect, it } from 'vitest';
import classify from './classify.stage.ts';

const images = imageToolsDouble({
  pixels: async (_path, { maxEdge }) => makePixels({ width: maxEdge!, height: 1 }, [0, 0, 0]),
});
const classifier = {
  maxEdge: 7,
  labels: ['a', 'b', 'c', 'd'],
  see: ({ width }: { width: number }) => ({ values: Float32Array.of(width) }),
  classify: async ([picture]: readonly { values: Float32Array }[]) => {
    expect([...picture!.values]).toEqual([7]);
    return [[0.3, 0.04, 0.6, 0.06]];
  },
};

it('gives the surest labels first, as many as are asked for', async () => {
  const image = new LocalFile('/any.jpg', 'image/jpeg');
  const tags = async (params: object) => {
    await using it = await runStage(classify, { image }, { needs: { images, classifier }, params });
    return it.output.tags.map(({ label }) => label);
  };
  expect(await tags({})).toEqual(['c', 'a', 'd']);
  expect(await tags({ most: 1 })).toEqual(['c']);
  expect(await tags({ minScore: 0.2 })).toEqual(['c', 'a']);
});
