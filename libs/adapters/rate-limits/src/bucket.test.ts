import fc from 'fast-check';
import { expect, it } from 'vitest';
import { take } from './bucket.ts';

const limit = { perSecond: 2, burst: 3 };

it('lets the burst through at once, then as many as a second has', () => {
  const taken: (boolean | number)[] = [];
  let fullAt = 0;
  for (const now of [1_000, 1_000, 1_000, 1_000, 1_400, 1_500, 1_600, 9_000, 9_000]) {
    const one = take(fullAt, now, limit);
    fullAt = one.fullAt;
    taken.push(one.allowed ? one.remaining : -one.retryAfterMs);
  }
  expect(taken).toEqual([2, 1, 0, -500, -100, 0, -400, 2, 1]);
});

it('never lets through more than the burst and what has grown since, and always what it promised', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 60 });
  const limits = fc.record({
    perSecond: fc.integer({ min: 1, max: 50 }),
    burst: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(gaps, limits, (between, given) => {
      let [now, fullAt, count] = [0, 0, 0];
      let promised = Infinity;
      for (const gap of between) {
        now += gap;
        const one = take(fullAt, now, given);
        fullAt = one.fullAt;
        if (now >= promised) expect(one.allowed).toBe(true);
        if (one.allowed) count += 1;
        promised = one.allowed ? Infinity : now + one.retryAfterMs;
        expect(count).toBeLessThanOrEqual(given.burst + (now * given.perSecond) / 1_000 + 1);
      }
    }),
  );
});
