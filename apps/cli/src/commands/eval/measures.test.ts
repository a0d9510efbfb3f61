import { describe, expect, it } from 'vitest';
import { MEASURES, rateOf } from './measures.ts';

describe('measures', () => {
  it.each([
    [['Two.'], 'two', 0],
    [['two', 'both'], 'Both!', 0],
    [['two'], 'two dogs', 1],
    [['Málaga'], 'malaga', 0],
    [['東京'], '東京。', 0],
  ])('exact: %j and %j', (expected, answer, faults) => {
    expect(MEASURES.exact.score(expected, [answer])).toEqual({ faults, units: 1 });
  });

  it.each([
    [['two'], 'I see two dogs.', 0],
    [['two'], 'I see twofold.', 1],
    [['red', 'a red car'], 'It is a red car.', 0],
  ])('contains: %j and %j', (expected, answer, faults) => {
    expect(MEASURES.contains.score(expected, [answer]).faults).toBe(faults);
  });

  it.each([
    [['good morning to you'], 'good morning', 2, 4],
    [['good morning'], 'a good evening', 2, 2],
    [['x', 'good morning'], 'Good morning!', 0, 2],
    [['one'], '', 1, 1],
  ])('words: %j and %j', (expected, answer, faults, units) => {
    expect(MEASURES.words.score(expected, [answer])).toEqual({ faults, units });
    expect(rateOf({ faults, units })).toBe(faults / units);
  });
});
