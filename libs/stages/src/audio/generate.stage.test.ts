import { readFile } from 'node:fs/promises';
import type { MakeOptions } from '@intermodal/models';
import { runStage } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import stage from './generate.stage.ts';

const asked: object[] = [];
const maker = {
  make: async (description: string, { onProgress, signal: _, ...options }: MakeOptions) => {
    asked.push({ description, ...options });
    onProgress?.(0.5);
    onProgress?.(1);
    return { samples: new Float32Array(12_345).fill(0.5), sampleRate: 8_000 };
  },
};
const options = { needs: { maker } };

describe('audio.generate', () => {
  it('writes the sound that was made, and tells how far it is', async () => {
    const params = { seconds: 1.5, seed: 7, guidance: 4 };
    await using it = await runStage(stage, { description: 'a calm piano' }, { ...options, params });
    expect(asked.pop()).toEqual({ description: 'a calm piano', ...params });
    expect(it.output).toMatchObject({
      ...{ audio: { mediaType: 'audio/wav' }, durationMs: 1_543, sampleRate: 8_000 },
    });
    expect(it.progress).toEqual([0.5, 1]);
    const wav = await readFile(it.output.audio.path);
    expect([wav.length, wav.readUInt32LE(24), wav.readInt16LE(44)]).toEqual([44 + 2 * 12_345, 8_000, 16_384]);
  });

  it('makes ten seconds, always the same, where nothing else is said', async () => {
    await using _ = await runStage(stage, { description: 'rain' }, options);
    expect(asked.pop()).toEqual({ description: 'rain', seconds: 10, seed: 0, guidance: 3 });
  });

  it.each(['', ' \n'])('refuses the description %j', async (description) => {
    await expect(runStage(stage, { description }, options)).rejects.toMatchObject({
      code: 'input.invalid',
      message: 'The description is empty: say how the sound is to be.',
    });
  });

  it.each([
    [{ seconds: 0 }, /seconds/],
    [{ seconds: 31 }, /seconds/],
    [{ seconds: 'ten' as never }, /seconds/],
    [{ seconds: NaN }, /seconds/],
    [{ seed: -1 }, /seed/],
    [{ seed: 0.5 }, /seed/],
    [{ guidance: 0 }, /guidance/],
    [{ guidance: 11 }, /guidance/],
    [{ model: 'musicgen-large' } as never, /model/],
  ])('refuses the params %j', async (params, why) => {
    await expect(runStage(stage, { description: 'rain' }, { ...options, params })).rejects.toThrow(why);
  });

  it('refuses a description that is no description', async () => {
    const long = runStage(stage, { description: 'a'.repeat(10_001) }, options);
    await expect(long).rejects.toMatchObject({ code: 'input.invalid' });
  });
});
