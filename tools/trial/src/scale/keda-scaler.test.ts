import { describe, expect, it } from 'vitest';
import { KedaScaler, type ScalerSettings } from './keda-scaler.ts';

const SETTINGS: ScalerSettings = {
  ...{ min: 0, max: 10, target: 1, activation: 0, cooldownMs: 300_000 },
  up: { percent: 100, pods: 4, periodMs: 15_000 },
  down: { percent: 50, periodMs: 60_000, windowMs: 300_000 },
};

/** Asked every 15 s; what it answers is what there is the next time. */
function play(
  values: readonly (number | undefined)[],
  { from = 0, ...settings }: Partial<ScalerSettings> & { from?: number } = {},
) {
  const scaler = new KedaScaler({ ...SETTINGS, ...settings });
  let replicas = from;
  return values.map((value, i) => (replicas = scaler.next(i * 15_000, replicas, value)));
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('the rules of KEDA and the autoscaler', () => {
  it('wakes from zero with one, and then goes as fast as the policy lets it', () => {
    expect(play([0, 10, 10, 10, 10])).toEqual([0, 1, 5, 10, 10]);
    expect(play([1, 40, 40, 40])).toEqual([1, 5, 10, 10]);
  });

  it('leaves everything as it is when the address does not answer: not even at zero is that a zero', () => {
    expect(play([undefined, undefined])).toEqual([0, 0]);
    expect(play(times(100, undefined), { from: 4 })).toEqual(times(100, 4));
  });

  it('gets smaller only when nothing within the window wanted more, and in a minute by half', () => {
    const played = play([4, 4, 4, ...times(30, 1)]);
    expect(played.slice(0, 3)).toEqual([1, 4, 4]);
    // 300 s after the last 4.
    expect(played.indexOf(2)).toBe(2 + 21);
    expect(played.slice(23)).toEqual([2, 2, 2, 2, 1, 1, 1, 1, 1, 1]);
  });

  it('goes to zero when it has been inactive for the whole cooldown, and never below its least', () => {
    const played = play([1, ...times(25, 0)]);
    expect(played.indexOf(0)).toBe(21);
    expect(play([1, ...times(25, 0)], { min: 1 })).toEqual(times(26, 1));
  });

  it('wakes with one for a single task, also just after it went from four to zero', () => {
    const scaler = new KedaScaler({ ...SETTINGS, cooldownMs: 0 });
    let replicas = 4;
    const played = [0, 1, 1, 1].map((value, i) => (replicas = scaler.next(i * 15_000, replicas, value)));
    // Four went in this minute: half of five, then half of six, is what the policy leaves at least, and no more than there are.
    expect(played).toEqual([0, 1, 1, 1]);
  });

  it('is not made larger by how much smaller it just got', () => {
    const scaler = new KedaScaler({ ...SETTINGS, down: { ...SETTINGS.down, windowMs: 0 } });
    expect(scaler.next(0, 8, 2)).toBe(4);
    // Seven were taken away in this minute, three of them by somebody else: half of eight would be more than there are.
    expect(scaler.next(15_000, 1, 1)).toBe(1);
  });

  it('is not made smaller by how much larger it just got', () => {
    const scaler = new KedaScaler({ ...SETTINGS, up: { ...SETTINGS.up, periodMs: 60_000 } });
    expect(scaler.next(0, 5, 10)).toBe(10);
    // Somebody else took most of them away.
    expect(scaler.next(15_000, 3, 10)).toBe(3);
  });

  it('does nothing about a tenth more or less', () => {
    expect(play([10, 10.9, 9.1], { max: 20, from: 10 })).toEqual(times(3, 10));
  });
});
