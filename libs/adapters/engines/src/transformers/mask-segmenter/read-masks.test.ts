import { describe, expect, it } from 'vitest';
import { readMasks } from './read-masks.ts';

/** Classes are two kinds and nothing. */
const read = (...queries: { classes: [number, number, number]; mask: number[] }[]) => {
  const width = queries[0]!.mask.length;
  const { places, labels } = readMasks(
    { data: Float32Array.from(queries.flatMap(({ classes }) => classes)), dims: [1, queries.length, 3] },
    { data: Float32Array.from(queries.flatMap(({ mask }) => mask)), dims: [1, queries.length, 1, width] },
  );
  return { places: [...places], labels };
};

describe('what queries with masks found', () => {
  it('are segments, two of one kind as well', () => {
    const found = read(
      { classes: [0, 9, 0], mask: [4, 4, -4, -4, -4] },
      { classes: [0, 8, 0], mask: [-4, -4, -4, 4, 4] },
    );
    expect(found).toEqual({ places: [0, 0, -1, 1, 1], labels: [1, 1] });
  });

  it('is nothing where they say so, or are unsure', () => {
    const found = read(
      { classes: [0, 0, 9], mask: [4, 4] },
      { classes: [0.1, 0, 0], mask: [4, 4] },
      { classes: [9, 0, 0], mask: [-4, 4] },
    );
    expect(found).toEqual({ places: [-1, 0], labels: [0] });
  });

  it('belongs to the surer one, and what is mostly covered is left out', () => {
    const found = read(
      { classes: [0, 3, 0], mask: [4, 4, 4, 4, -4] },
      { classes: [9, 0, 0], mask: [9, 9, 9, -4, 4] },
    );
    expect(found).toEqual({ places: [0, 0, 0, -1, 0], labels: [0] });
  });
});
