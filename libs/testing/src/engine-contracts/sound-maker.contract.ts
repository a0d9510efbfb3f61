import type { OpenedEngine, SoundMaker } from '@intermodal/models';
import { describe, expect, it } from 'vitest';
import { MADE_TONES } from '../model-folders/tone-maker.ts';
import { toneLevel } from '../tone-level.ts';
import { expectAborted, openedForSuite, signal } from './opened.ts';

/** What every SoundMaker does, shown with `toneMakerFolder`, which makes the tones that are named. */
export function soundMakerContract(name: string, open: () => Promise<OpenedEngine<SoundMaker>>): void {
  describe(`${name} is a SoundMaker`, () => {
    const { engine } = openedForSuite(open);
    const make = (description: string, more: { seconds?: number; seed?: number } = {}) =>
      engine().make(description, { seconds: 1, seed: 1, guidance: 3, signal, ...more });

    it('makes what is described', async () => {
      const levelsOf = async (description: string) => {
        const { samples, sampleRate } = await make(description);
        return Object.values(MADE_TONES).map((hertz) => toneLevel(samples, hertz, sampleRate));
      };
      const [lowOfLow, highOfLow] = await levelsOf('a low sound');
      const [lowOfHigh, highOfHigh] = await levelsOf('a high sound');
      expect(lowOfLow).toBeGreaterThan(0.3);
      expect(highOfHigh).toBeGreaterThan(0.3);
      expect([highOfLow! < 0.01, lowOfHigh! < 0.01]).toEqual([true, true]);
    });

    it.each([1, 1.01, 2.5])('makes %d s where that was asked for, to the sample', async (seconds) => {
      const { samples, sampleRate } = await make('a low sound', { seconds });
      expect(samples.length).toBe(Math.round(seconds * sampleRate));
      // Nothing is filled up at the end.
      const tenth = samples.subarray(-sampleRate / 10);
      expect(toneLevel(tenth, MADE_TONES.low, sampleRate)).toBeGreaterThan(0.3);
    });

    it('makes the same of the same words and seed, and another one of another seed', async () => {
      const one = await make('low and high');
      const other = await make('low and high', { seed: 2 });
      expect(await make('low and high')).toEqual(one);
      expect(other.samples).not.toEqual(one.samples);
    });

    it('tells how much is done', async () => {
      const told: number[] = [];
      const onProgress = (share: number) => void told.push(share);
      await engine().make('low', { seconds: 1, seed: 1, guidance: 3, onProgress, signal });
      expect(told.length).toBeGreaterThan(10);
      expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
      expect(told.at(-1)).toBe(1);
    });

    it('refuses a description that it cannot read whole, and a sound that it has no room for', async () => {
      await expect(make('low '.repeat(10_000))).rejects.toMatchObject({ code: 'input.too_large' });
      await expect(make('low', { seconds: 3_600 })).rejects.toMatchObject({ code: 'input.too_large' });
    });

    it('does not begin when it is told to stop', async () => {
      await expectAborted((stop) => engine().make('low', { seconds: 1, seed: 1, guidance: 3, signal: stop }));
      expect((await make('low')).samples.length).toBeGreaterThan(0);
    });
  });
}
