import { colourAt, makePixels } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import { eachOnce, overlapOf, withinPicture } from './boxes.ts';
import { resize } from './resize.ts';

const RED = [200, 0, 0] as const;
const BLUE = [0, 0, 100] as const;

describe('resize', () => {
  const halves = makePixels({ width: 4, height: 4 }, RED, [
    { x: 2, y: 0, width: 2, height: 4, colour: BLUE },
  ]);

  it('keeps what is of the right size', () => {
    expect(resize(halves, 4, 4)).toEqual(halves);
  });

  it('mixes where colours meet, up and down', () => {
    expect(colourAt(resize(halves, 2, 1), 0, 0)).toEqual(RED);
    expect(colourAt(resize(halves, 2, 1), 1, 0)).toEqual(BLUE);
    const wide = resize(halves, 8, 8);
    expect(colourAt(wide, 0, 0)).toEqual(RED);
    expect(colourAt(wide, 3, 4)).toEqual([150, 0, 25]);
    expect(colourAt(wide, 7, 7)).toEqual(BLUE);
  });

  it('takes a single pixel', () => {
    expect(resize(makePixels({ width: 1, height: 1 }, RED), 3, 2)).toEqual(
      makePixels({ width: 3, height: 2 }, RED),
    );
  });
});

describe('boxes', () => {
  const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

  it('overlap by the share of their union', () => {
    expect(overlapOf(box(0, 0, 10, 10), box(0, 0, 10, 10))).toBe(1);
    expect(overlapOf(box(0, 0, 10, 10), box(5, 0, 10, 10))).toBeCloseTo(1 / 3);
    expect(overlapOf(box(0, 0, 10, 10), box(10, 0, 10, 10))).toBe(0);
  });

  it('are given once each, the surest first', () => {
    const found = eachOnce(
      [
        { score: 0.5, box: box(0, 0, 10, 10) },
        { score: 0.9, box: box(1, 0, 10, 10) },
        { score: 0.7, box: box(30, 0, 10, 10) },
      ],
      0.45,
    );
    expect(found.map((it) => it.score)).toEqual([0.9, 0.7]);
  });

  it('are cut at the edge of the picture', () => {
    const picture = { width: 100, height: 50 };
    expect(withinPicture(box(-5.4, 10.2, 20, 90), picture)).toEqual(box(0, 10, 15, 40));
    expect(withinPicture(box(200, 200, 5, 5), picture)).toEqual(box(99, 49, 1, 1));
  });
});
