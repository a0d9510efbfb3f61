import { describe, expect, it } from 'vitest';
import { readQueries } from './read-queries.ts';

const BOX = Float32Array.of(0.5, 0.5, 0.2, 0.1);
const read = (logits: number[], type: string) =>
  readQueries({ data: Float32Array.from(logits), dims: [1, 1, logits.length] }, BOX, type);

describe('what a query found', () => {
  it('is nothing where the last class of the first kind says so', () => {
    expect(read([1, 0, 4], 'detr')).toEqual([]);
    expect(read([4, 0, 1], 'detr')).toMatchObject([{ label: 0, score: expect.closeTo(0.936, 3) as number }]);
  });

  it('may be the last class of the later kind, with a score of its own', () => {
    expect(read([-9, -9, 2], 'rt_detr')).toMatchObject([
      { label: 2, score: expect.closeTo(0.881, 3) as number, centre: [0.5, 0.5] },
    ]);
    expect(read([-3, -4, -5], 'rt_detr')).toEqual([]);
  });

  it('comes with the surest first', () => {
    const found = readQueries(
      { data: Float32Array.of(-1, -9, -9, 3), dims: [1, 2, 2] },
      Float32Array.of(...BOX, ...BOX),
      'd_fine',
    );
    expect(found.map(({ label }) => label)).toEqual([1, 0]);
  });
});
