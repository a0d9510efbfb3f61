import { makePixels } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import { decodeYolox } from './decode-yolox.ts';
import { YOLOX_EDGE, letterbox } from './letterbox.ts';
import { readLabels } from './yolox-detector.ts';

const CELLS = 52 * 52 + 26 * 26 + 13 * 13;
const labels = ['cat', 'dog'];
const picture = { width: 832, height: 416 };

/** What the network says when it sees these, in cells of the coarsest grid. */
function output(
  told: { column: number; row: number; objectness: number; scores: number[]; cells?: number }[],
) {
  const values = new Float32Array(CELLS * 7);
  for (const { column, row, objectness, scores, cells = 2 } of told) {
    const cell = 52 * 52 + 26 * 26 + row * 13 + column;
    values.set([0, 0, Math.log(cells), Math.log(cells), objectness, ...scores], cell * 7);
  }
  return values;
}
const decode = (values: Float32Array) => decodeYolox(values, { labels, scale: 0.5, picture });

describe('letterbox', () => {
  it('puts the picture at the top left, blue first, and fills the rest', () => {
    const { tensor, scale } = letterbox(makePixels({ width: 832, height: 416 }, [10, 20, 30]));
    const plane = YOLOX_EDGE * YOLOX_EDGE;
    expect(scale).toBe(0.5);
    expect(tensor.dims).toEqual([1, 3, 416, 416]);
    const at = (channel: number, x: number, y: number) => tensor.data[channel * plane + y * 416 + x];
    expect([at(0, 0, 0), at(1, 0, 0), at(2, 0, 0)]).toEqual([30, 20, 10]);
    expect(at(2, 415, 207)).toBe(10);
    expect(at(2, 0, 208)).toBe(114);
  });

  it('takes a line of pixels', () => {
    expect(letterbox(makePixels({ width: 5000, height: 1 }, [1, 2, 3])).tensor.data[0]).toBe(3);
  });
});

describe('decodeYolox', () => {
  it('places boxes in the picture that was given', () => {
    const found = decode(output([{ column: 4, row: 3, objectness: 0.9, scores: [0.1, 0.8] }]));
    expect(found).toEqual([
      { label: 'dog', score: expect.closeTo(0.72, 5), box: { x: 192, y: 128, width: 128, height: 128 } },
    ]);
  });

  it('tells one thing once, and two labels at one place both', () => {
    const found = decode(
      output([
        { column: 4, row: 3, objectness: 0.9, scores: [0, 0.9], cells: 6 },
        { column: 5, row: 3, objectness: 0.8, scores: [0, 0.9], cells: 6 },
        { column: 4, row: 4, objectness: 0.7, scores: [0.9, 0], cells: 6 },
      ]),
    );
    expect(found.map((it) => it.label)).toEqual(['dog', 'cat']);
  });

  it('leaves out what is not sure', () => {
    expect(decode(output([{ column: 4, row: 3, objectness: 0.4, scores: [0.5, 0] }]))).toEqual([]);
  });
});

it('reads labels and parts what was written together', () => {
  expect(readLabels('dog\r\npottedplant\n\n')).toEqual(['dog', 'potted plant']);
});
