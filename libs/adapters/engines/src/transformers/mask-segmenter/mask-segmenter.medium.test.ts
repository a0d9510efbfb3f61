import type { Pixels } from '@intermodal/models';
import { makePixels, maskSegmenterFolder, storeOfFolder } from '@intermodal/testing';
import { testContext } from '@intermodal/testing/engine-contracts';
import { describe, expect, it } from 'vitest';
import detector from '../object-detector/transformers.engine.ts';
import segmenter from '../picture-segmenter/transformers.engine.ts';

const { signal } = new AbortController();
const RED = [240, 10, 10] as const;
const BLUE = [10, 10, 240] as const;

describe.each(['detr', 'maskformer'] as const)('a mask segmenter, %s,', (kind) => {
  const opened = async () => {
    const models = await storeOfFolder(maskSegmenterFolder(kind), {
      id: `tiny-${kind}`,
      tasks: ['image.segment'],
    });
    const engine = await segmenter.open(testContext(models));
    /** What stands at some places, and all segments. */
    const look = async (picture: Pixels, ...at: [x: number, y: number][]) => {
      const { width, height, places, segments } = await engine.use.segment(picture, { signal });
      expect([width, height, places.length]).toEqual([32, 32, 32 * 32]);
      return { places: at.map(([x, y]) => places[y * width + x]!), segments };
    };
    const close = async () => {
      await engine.close();
      await models[Symbol.asyncDispose]();
    };
    return { look, use: engine.use, models, [Symbol.asyncDispose]: close };
  };

  it('tells things of one kind apart, and says nothing of what is none', async () => {
    await using it = await opened();
    const grey: [number, number, number] = [128, 128, 128];
    const picture = makePixels({ width: 64, height: 64 }, grey, [
      { x: 0, y: 0, width: 24, height: 24, colour: [...RED] },
      { x: 40, y: 0, width: 24, height: 24, colour: [...RED] },
      { x: 16, y: 40, width: 32, height: 24, colour: [...BLUE] },
    ]);
    const { places, segments } = await it.look(picture, [4, 4], [28, 4], [16, 26], [16, 4]);
    expect(segments).toEqual(['red thing', 'red thing', 'blue thing']);
    expect(places).toEqual([0, 1, 2, -1]);
    expect(it.use.labels).toEqual(['red thing', 'blue thing']);
  });

  it('gives another picture other segments, and an empty one none', async () => {
    await using it = await opened();
    const blue = makePixels({ width: 100, height: 40 }, [...BLUE]);
    expect(await it.look(blue, [4, 4], [28, 28])).toEqual({ places: [0, 0], segments: ['blue thing'] });
    const grey = makePixels({ width: 30, height: 40 }, [128, 128, 128]);
    expect(await it.look(grey, [4, 4], [28, 28])).toEqual({ places: [-1, -1], segments: [] });
  });

  it('is no detector, though both may be of one type', async () => {
    await using it = await opened();
    const [model] = it.models.catalogue;
    const claims = { ...it.models, catalogue: [{ ...model!, tasks: ['image.detect-objects' as const] }] };
    expect(
      await detector.probe(testContext({ ...claims, find: it.models.find.bind(it.models) })),
    ).toMatchObject({
      available: false,
      reason: expect.stringMatching(/^The model tiny-.* is a .*, and for image.detect/) as string,
    });
  });
});
