import { describe, expect, it } from 'vitest';
import { nextAttempt } from './next-attempt.ts';

const schedule = [0, 5_000, 300_000];
const answered = (status: number, retryAfterMs?: number) => ({
  status,
  durationMs: 3,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

describe('nextAttempt', () => {
  it.each([200, 204, 299])('%i is delivered', (status) => {
    expect(nextAttempt(1, answered(status), schedule, 0.5)).toMatchObject({
      verdict: 'delivered',
      error: null,
    });
  });

  it.each([
    [1, 0.5, 5_000],
    [1, 0, 4_000],
    [1, 1, 6_000],
    [2, 0.5, 300_000],
  ])('attempt %i waits by the schedule, with jitter (%d): %i ms', (attempt, random, delayMs) => {
    expect(nextAttempt(attempt, answered(500), schedule, random)).toMatchObject({
      verdict: 'again',
      delayMs,
    });
  });

  it('is given up at the end of the schedule', () => {
    expect(nextAttempt(3, answered(500), schedule, 0)).toMatchObject({ verdict: 'failed', delayMs: null });
  });

  it('waits as long as it was asked to, and no shorter than the schedule', () => {
    expect(nextAttempt(1, answered(429, 60_000), schedule, 0.5).delayMs).toBe(60_000);
    expect(nextAttempt(1, answered(503, 1_000), schedule, 0.5).delayMs).toBe(5_000);
  });

  it('leaves the whole endpoint alone for as long as it asks, for an hour at most', () => {
    expect(nextAttempt(1, answered(429, 60_000), schedule, 0.5).pauseMs).toBe(60_000);
    expect(nextAttempt(1, answered(429, 86_400_000), schedule, 0.5)).toMatchObject({
      pauseMs: 3_600_000,
      delayMs: 86_400_000,
    });
    expect(nextAttempt(1, answered(500), schedule, 0.5).pauseMs).toBe(0);
    // What was delivered is no reason to wait, whatever a header says.
    expect(nextAttempt(1, answered(200, 60_000), schedule, 0.5).pauseMs).toBe(0);
  });

  it('takes 410 for a goodbye, and does not follow', () => {
    expect(nextAttempt(1, answered(410), schedule, 0).verdict).toBe('gone');
    expect(nextAttempt(1, answered(302), schedule, 0)).toMatchObject({
      verdict: 'again',
      error: 'It answered 302; redirects are not followed.',
    });
    const silent = { status: null, durationMs: 1, problem: 'Nobody.' };
    expect(nextAttempt(1, silent, schedule, 0)).toMatchObject({ verdict: 'again', error: 'Nobody.' });
  });
});
