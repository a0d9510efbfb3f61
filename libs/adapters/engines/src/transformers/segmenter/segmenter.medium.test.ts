import { makePixels, segmenterFolder, storeOfFolder } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { expect, it } from 'vitest';
import segmenter from '../picture-segmenter/transformers.engine.ts';

it('a segmenter says of every place what it belongs to', async () => {
  await using models = await storeOfFolder(segmenterFolder(), {
    id: 'tiny-segmenter',
    tasks: ['image.segment'],
  });
  const { use, close } = await segmenter.open(testContext(models));
  const picture = makePixels(
    { width: 64, height: 64 },
    [20, 20, 230],
    [
      { x: 0, y: 32, width: 64, height: 32, colour: [20, 220, 20] },
      { x: 0, y: 0, width: 16, height: 32, colour: [220, 10, 10] },
    ],
  );
  const { width, height, places, segments } = await use.segment(picture, {
    signal: new AbortController().signal,
  });
  await close();
  expect([width, height]).toEqual([8, 8]);
  const at = (x: number, y: number) => segments[places[y * width + x]!];
  expect([at(0, 0), at(7, 0), at(4, 3), at(0, 7), at(7, 7)]).toEqual(['roof', 'sky', 'sky', 'lawn', 'lawn']);
});
