import { describe, expect, it } from 'vitest';
import { readThings } from './read-things.ts';

const read = (written: string, share = 1) => {
  const signs = written.match(/<loc_\d+>|\w+/g) ?? [];
  return readThings(
    signs.map((_, id) => ({ id, share: signs[id] === 'unsure' ? share : 1 })),
    { signOf: (id) => signs[id]!, textOf: (ids) => ids.map((id) => signs[id]).join(' ') },
  );
};
const near = (value: number) => expect.closeTo(value, 5) as number;
const BOX = '<loc_99><loc_199><loc_299><loc_599>';

describe('things that were written', () => {
  it('stand before their corners, and for several boxes', () => {
    expect(read(`Stop sign${BOX}dog${BOX}<loc_0><loc_0><loc_9><loc_9>`)).toMatchObject([
      { label: 'stop sign', score: 1, centre: [near(0.1995), near(0.3995)], size: [near(0.2), near(0.4)] },
      { label: 'dog' },
      { label: 'dog', size: [near(0.009), near(0.009)] },
    ]);
  });

  it('are left out where they are cut off, have no name or are upside down', () => {
    expect(read(`cat${BOX}dog<loc_1><loc_2>`).map(({ label }) => label)).toEqual(['cat']);
    expect(read(BOX)).toEqual([]);
    expect(read('cat<loc_9><loc_0><loc_1><loc_5>')).toEqual([]);
    expect(read(`cat<loc_1><loc_2>dog${BOX}`).map(({ label }) => label)).toEqual(['dog']);
  });

  it('are as sure as the words of their label, the surest first', () => {
    const [dog, unsure] = read(`unsure cat${BOX}dog${BOX}`, 0.25);
    expect(dog).toMatchObject({ label: 'dog', score: 1 });
    expect(unsure!.score).toBeCloseTo(0.5);
  });
});
