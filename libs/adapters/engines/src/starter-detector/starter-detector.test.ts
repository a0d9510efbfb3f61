import { makePixels } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import type { RunRequest } from '../onnx/requests.ts';
import { CROP_EDGE, CROP_VALUES, writeCrop } from './crop.ts';
import { proposePatches } from './propose.ts';
import { StarterDetector } from './starter-detector.ts';

const SKY = [170, 210, 245] as const;
const GRASS = [70, 150, 60] as const;
const RED = [200, 20, 30] as const;
const { signal } = new AbortController();

describe('proposePatches', () => {
  const size = { width: 200, height: 120 };
  const boxesIn = (...rectangles: Parameters<typeof makePixels>[2] & object) =>
    proposePatches(makePixels(size, SKY, rectangles)).map(({ box }) => box);
  const near = (a: object, b: object) => {
    for (const [side, value] of Object.entries(b))
      expect(Math.abs((a as Record<string, number>)[side]! - value)).toBeLessThanOrEqual(2);
  };

  it('finds what stands out, the largest first', () => {
    const found = boxesIn(
      { x: 20, y: 20, width: 20, height: 20, colour: RED },
      { x: 100, y: 30, width: 50, height: 40, colour: [20, 20, 20] },
    );
    expect(found).toHaveLength(2);
    near(found[0]!, { x: 100, y: 30, width: 50, height: 40 });
    near(found[1]!, { x: 20, y: 20, width: 20, height: 20 });
  });

  it('parts what stands on one horizon', () => {
    const found = boxesIn(
      { x: 0, y: 80, width: 200, height: 40, colour: GRASS },
      { x: 30, y: 50, width: 30, height: 50, colour: RED },
      { x: 120, y: 50, width: 30, height: 50, colour: RED },
    );
    expect(found).toHaveLength(2);
  });

  it('keeps a thin line, and leaves out specks and what touches the edge', () => {
    const line = { x: 40, y: 60, width: 100, height: 3, colour: RED };
    const speck = { x: 10, y: 10, width: 4, height: 4, colour: RED };
    const edge = { x: 180, y: 20, width: 20, height: 30, colour: RED };
    const found = boxesIn(line, speck, edge);
    expect(found).toHaveLength(1);
    near(found[0]!, { x: 39, y: 59, width: 102, height: 5 });
  });

  it('follows a gradient', () => {
    const picture = makePixels(size, SKY);
    for (let i = 0; i < picture.rgb.length; i += 3) {
      const shade = Math.round(60 + Math.floor(i / 3 / size.width) * 1.5);
      picture.rgb.fill(shade, i, i + 3);
    }
    expect(proposePatches(picture)).toEqual([]);
  });
});

describe('writeCrop', () => {
  it('shows the patch alone, on nothing', () => {
    const picture = makePixels({ width: 40, height: 40 }, SKY, [
      { x: 10, y: 10, width: 20, height: 20, colour: [255, 0, 0] },
    ]);
    const box = { x: 10, y: 10, width: 20, height: 20 };
    const crop = new Float32Array(CROP_VALUES);
    writeCrop(picture, { box, mask: new Uint8Array(400).fill(1) }, crop, 0);
    const plane = CROP_EDGE * CROP_EDGE;
    const middle = (CROP_EDGE / 2) * CROP_EDGE + CROP_EDGE / 2;
    const at = (cell: number) => [0, 1, 2, 3].map((channel) => crop[channel * plane + cell]!);
    for (const [i, value] of [1, -1, -1, 1].entries()) expect(at(middle)[i]).toBeCloseTo(value, 4);
    expect(at(0)).toEqual([0, 0, 0, 0]);
  });
});

describe('StarterDetector', () => {
  const told: RunRequest[] = [];
  const detectorOf = (...scores: number[]) =>
    new StarterDetector(
      {
        run: async (request) => {
          told.push(request);
          return { scores: { type: 'float32', dims: [1, scores.length], data: Float32Array.from(scores) } };
        },
      },
      ['square', 'circle'],
    );
  const picture = makePixels({ width: 960, height: 640 }, SKY, [
    { x: 200, y: 100, width: 300, height: 300, colour: RED },
  ]);

  it('looks at a smaller picture, and places what it found in the given one', async () => {
    const [found] = await detectorOf(0.97, 0.02, 0.01).detect(picture, { signal });
    expect(found).toMatchObject({ label: 'square', score: expect.closeTo(0.97, 5) as number });
    expect(Math.abs(found!.box.x - 200)).toBeLessThan(5);
    expect(Math.abs(found!.box.width - 300)).toBeLessThan(9);
    expect(told.at(-1)!.feeds['crops']!.dims).toEqual([1, 4, 32, 32]);
  });

  it('tells nothing that is not sure, and nothing that is nothing', async () => {
    expect(await detectorOf(0.6, 0.3, 0.1).detect(picture, { signal })).toEqual([]);
    expect(await detectorOf(0.01, 0.01, 0.98).detect(picture, { signal })).toEqual([]);
  });

  it('does not ask the network about an empty picture', async () => {
    const { length } = told;
    const empty = makePixels({ width: 30, height: 20 }, SKY);
    expect(await detectorOf(1, 0, 0).detect(empty, { signal })).toEqual([]);
    expect(told).toHaveLength(length);
  });
});
