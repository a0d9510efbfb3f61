import { describe, expect, it } from 'vitest';
import { OBJECTS, type Expectation } from './object-measure.ts';

const at = (label: string, x: number, more: object = {}) => ({
  ...{ label, box: { x, y: 0, width: 10, height: 10 } },
  ...more,
});
const crowd = (label: string): Expectation => ({ label, crowd: true });

describe('things found beside things expected', () => {
  it.each<[string, Expectation[], unknown[], object]>([
    ['labels, counted', ['dog', 'dog'], ['Dog', 'cat'], { faults: 2, units: 2, extra: 1 }],
    ['one is found once', ['dog'], ['dog', 'dog'], { faults: 1, units: 1, extra: 1 }],
    ['nothing of nothing', [], [], { faults: 0, units: 0, extra: 0 }],
    ['half of the box', [at('dog', 0)], [at('dog', 3)], { faults: 0, units: 1, extra: 0 }],
    ['less than half', [at('dog', 0)], [at('dog', 4)], { faults: 2, units: 1, extra: 1 }],
    ['the nearest', [at('dog', 2), at('dog', 0)], [at('dog', 1), at('dog', 2)], { faults: 0 }],
    ['boxes before places unknown', ['dog', at('dog', 0)], [at('dog', 0), at('dog', 90)], { faults: 0 }],
    ['a crowd', ['dog', crowd('dog')], ['dog', 'dog', 'dog'], { faults: 0, units: 1, extra: 0 }],
    ['a crowd that nobody saw', [crowd('dog')], [], { faults: 0, units: 0, extra: 0 }],
  ])('%s', (_, expected, found, scored) => {
    expect(OBJECTS.score(expected, [found])).toMatchObject(scored);
    expect(OBJECTS.score(expected, found)).toEqual(OBJECTS.score(expected, [found]));
  });

  it('is not asked of what is no list of things', () => {
    expect(() => OBJECTS.score(['dog'], [3])).toThrow(/no list of labels, .*: 3$/);
    expect(() => OBJECTS.score([at('dog', 0)], ['dog'])).toThrow(/a dog is expected in a box/);
  });

  it('is whole where nothing was expected and nothing found', () => {
    expect(OBJECTS.sum({ faults: 0, units: 0, extra: 0 }, { right: 1, rows: 1 })).toMatchObject({
      ...{ precision: 1, recall: 1, score: 1 },
    });
  });
});
