import { describe, expect, it } from 'vitest';
import { retryAfterMsOf, retryWaitMs } from './retry-wait.ts';

describe('the wait before another try', () => {
  it('doubles up to 16 s, and is never shorter than the server asks for', () => {
    expect([1, 2, 3, 6, 20].map((tries) => retryWaitMs(tries, undefined, 0))).toEqual([
      500, 1000, 2000, 16_000, 16_000,
    ]);
    expect(retryWaitMs(1, undefined, 1)).toBe(375);
    expect(retryWaitMs(1, 30_000, 0)).toBe(30_000);
    expect(retryWaitMs(1, 100, 0)).toBe(500);
  });

  it.each([
    [null, undefined],
    ['3', 3000],
    [' 0.5 ', 500],
    ['Thu, 01 Jan 1970 00:00:12 GMT', 2000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('reads Retry-After %j', (header, expected) => {
    expect(retryAfterMsOf(header, 10_000)).toBe(expected);
  });
});
