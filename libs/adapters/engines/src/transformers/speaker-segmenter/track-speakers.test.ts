import { describe, expect, it } from 'vitest';
import { trackSpeakers, type HeardWindow } from './track-speakers.ts';

const CELLS = 500;
/** A window of ten seconds, with the seconds in which each of its three speaks. */
const windowOf = (...speakers: readonly (readonly (readonly [from: number, to: number])[])[]): HeardWindow =>
  Array.from({ length: 3 }, (_, speaker) =>
    Array.from({ length: CELLS }, (__, cell) =>
      (speakers[speaker] ?? []).some(([from, to]) => cell >= from * 50 && cell < to * 50),
    ),
  );
const turns = (windows: readonly HeardWindow[], seconds: number) =>
  trackSpeakers(windows, seconds * 1_000).map(({ startMs, endMs, speaker }) => [
    startMs / 1_000,
    endMs / 1_000,
    speaker,
  ]);

describe('trackSpeakers', () => {
  it('knows people again whom the next window has in another order', () => {
    // One speaks until 7 s and the other one until 14 s; then the first one again, who was heard within five seconds.
    const windows = [
      windowOf([[0, 7]], [[7, 10]]),
      windowOf(
        [],
        [[2, 9]],
        [
          [0, 2],
          [9, 10],
        ],
      ),
      windowOf([[0, 4]], [[4, 5]], []),
    ];
    expect(turns(windows.slice(0, 2), 15)).toEqual([
      [0, 7, 1],
      [7, 14, 2],
      [14, 15, 1],
    ]);
    expect(turns(windows, 15)).toEqual([
      [0, 7, 1],
      [7, 14, 2],
      [14, 15, 1],
    ]);
  });

  it('takes somebody who was silent for longer than two windows share for somebody new', () => {
    const windows = [windowOf([[0, 2]]), windowOf([]), windowOf([[5, 8]])];
    expect(turns(windows, 20)).toEqual([
      [0, 2, 1],
      [15, 18, 2],
    ]);
  });

  it('has several speak at once, closes pauses and drops clicks', () => {
    const windows = [
      windowOf(
        [
          [0, 2],
          [2.3, 4],
        ],
        [[1, 5]],
        [[8, 8.1]],
      ),
    ];
    expect(turns(windows, 9)).toEqual([
      [0, 4, 1],
      [1, 5, 2],
    ]);
  });

  it('ends with the recording, and has nobody in none', () => {
    expect(turns([windowOf([[0, 10]])], 3.5)).toEqual([[0, 3.5, 1]]);
    expect(turns([], 0)).toEqual([]);
    expect(turns([windowOf()], 10)).toEqual([]);
  });
});
