import { makePixels } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import { asInput, decodeFaces } from './ultraface-finder.ts';

describe('ultraface', () => {
  it('sees the whole picture, red first', () => {
    const { dims, data } = asInput(makePixels({ width: 10, height: 90 }, [255, 127, 0]));
    expect(dims).toEqual([1, 3, 240, 320]);
    expect([data[0], data[320 * 240], data[2 * 320 * 240]]).toEqual([1, 0, -127 / 128]);
  });

  it('gives each face once, in pixels of the picture', () => {
    const scores = Float32Array.of(0.1, 0.9, 0.05, 0.95, 0.6, 0.4, 0.2, 0.8);
    const boxes = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.11, 0.2, 0.31, 0.4, 0, 0, 1, 1, 0.75, 0.75, 1.25, 1);
    expect(decodeFaces(scores, boxes, { width: 200, height: 100 })).toEqual([
      { score: expect.closeTo(0.95, 5), box: { x: 22, y: 20, width: 40, height: 20 } },
      { score: expect.closeTo(0.8, 5), box: { x: 150, y: 75, width: 50, height: 25 } },
    ]);
  });
});
